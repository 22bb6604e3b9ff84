"""Campaigns of firmware: planning one, starting it, its devices, and what is done by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.errors import BadInput, Missing
from calcom_portal.common.pages import go, page, page_or_part, part
from calcom_portal.common.parts import Cover
from contracts.forms.fields import show_problem
from contracts.views.once import done_once
from upkeep.access_firmware import (
    access_advisory,
    access_campaign,
    access_release,
    access_update,
)
from upkeep.actions.cancel_campaign import cancel_campaign
from upkeep.actions.leave_out_update import leave_out_update
from upkeep.actions.pause_campaign import pause_campaign
from upkeep.actions.plan_campaign import plan_campaign
from upkeep.actions.record_update import record_update
from upkeep.actions.resume_campaign import resume_campaign
from upkeep.actions.start_campaign import start_campaign
from upkeep.forms.campaigns import CampaignForm, PauseForm, RecordForm
from upkeep.models import Campaign, FirmwareAdvisory, FirmwareRelease, FirmwareUpdate
from upkeep.presenters.campaigns import campaign_page, campaigns_page, update_page
from upkeep.updating.planning import concerned

SEE, WORK, CHANGE = Capability.SEE_MONITORING, Capability.WORK_TICKETS, Capability.MANAGE_FIRMWARE


@needs(SEE)
@require_GET
def campaigns(request: ViewerRequest) -> HttpResponse:
    """List campaigns, the newest first."""
    return page(request, "upkeep/firmware/campaigns.html", campaigns_page(request))


@needs(SEE)
@require_GET
def campaign(request: ViewerRequest, id: int) -> HttpResponse:
    """One campaign: how far its waves are, and each of its devices."""
    found = access_campaign(request.viewer, id)
    return page(request, "upkeep/firmware/campaign.html", campaign_page(request, found))


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def campaign_new(request: ViewerRequest, id: int) -> HttpResponse:
    """Plan a campaign to a release; `?advisory=` for the devices that one is about."""
    release = access_release(request.viewer, id)
    advisory = _advisory(request)
    form = CampaignForm(_sent(request), initial=_proposal(release, advisory))

    def act() -> str:
        made = plan_campaign(
            release=release, advisory=advisory, wish=form.wish, actor=request.viewer
        )
        return reverse("campaign", args=[made.pk])

    context = {"release": release, "advisory": advisory, "found": concerned(release, advisory)}
    return _form(request, form, "campaign_new", act, "campaign_form", context)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def campaign_start(request: ViewerRequest, id: int) -> HttpResponse:
    """Say what starting means, then do it."""
    found = access_campaign(request.viewer, id)
    if request.method == "POST":
        start_campaign(campaign=found, actor=request.viewer)
        messages.success(request, "The campaign has started, and the customers are told.")
        return go(request, _url(found))
    told = "Every customer gets a ticket and a mail; where consent is needed, they are asked."
    cover = Cover("yes", told, "Updates begin in the hours that were planned, wave by wave.")
    return _confirm(request, found, "Start", cover, url="campaign_start")


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def campaign_pause(request: ViewerRequest, id: int) -> HttpResponse:
    """Let nothing more begin."""
    found = access_campaign(request.viewer, id)
    form = PauseForm(_sent(request))

    def act() -> str:
        reason = form.cleaned_data["reason"]
        pause_campaign(campaign=found, reason=reason, actor=request.viewer)
        messages.success(request, "The campaign is paused. What runs goes on to its end.")
        return _url(found)

    return _form(request, form, "campaign_pause", act, "campaign_pause", {"campaign": found})


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def campaign_resume(request: ViewerRequest, id: int) -> HttpResponse:
    """Say what resuming means, then do it."""
    found = access_campaign(request.viewer, id)
    if request.method == "POST":
        resume_campaign(campaign=found, actor=request.viewer)
        messages.success(request, "The campaign goes on.")
        return go(request, _url(found))
    text = "What went wrong so far is borne: one more failure pauses it again."
    cover = Cover("yes", "Devices follow again in the planned hours.", text)
    return _confirm(request, found, "Resume", cover, url="campaign_resume")


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def campaign_cancel(request: ViewerRequest, id: int) -> HttpResponse:
    """Say what cancelling means, then do it."""
    found = access_campaign(request.viewer, id)
    if request.method == "POST":
        cancel_campaign(campaign=found, actor=request.viewer)
        messages.success(request, "The campaign is cancelled.")
        return go(request, _url(found))
    text = "Devices that have the new version keep it."
    cover = Cover("risk", "No device that waits is updated.", text)
    return _confirm(request, found, "Cancel", cover, url="campaign_cancel", risk=True)


@needs(SEE)
@require_GET
def firmware_update(request: ViewerRequest, id: int) -> HttpResponse:
    """The update of one device: every step, what the customer said, the evidence."""
    found = access_update(request.viewer, id)
    return page(request, "upkeep/firmware/update.html", update_page(request.viewer, found))


@needs(SEE)
@require_GET
def firmware_update_live(request: ViewerRequest, id: int) -> HttpResponse:
    """How far it is; the whole page once it has ended."""
    context = update_page(request.viewer, access_update(request.viewer, id))
    if not context["is_live"]:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return part(request, "upkeep/firmware/_update_live.html", context)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def firmware_update_leave_out(request: ViewerRequest, id: int) -> HttpResponse:
    """Say what leaving out means, then do it."""
    found = access_update(request.viewer, id)
    back = reverse("campaign", args=[found.campaign_id])
    if request.method == "POST":
        leave_out_update(update=found, actor=request.viewer)
        messages.success(request, f"{found.device.name} is left out.")
        return go(request, back)
    context = {
        "title": f"Leave {found.device.name} out?",
        "cover": Cover("risk", "It keeps its version.", "Another campaign can take it."),
        "action_url": request.path,
        "confirm_label": "Leave it out",
        "risk": True,
        "cancel_url": back,
    }
    return page_or_part(request, "accounts/confirm.html", "_shared/_confirm.html", context)


@needs(WORK)
@require_http_methods(["GET", "POST"])
def firmware_update_record(request: ViewerRequest, id: int) -> HttpResponse:
    """Write down what was done at the device."""
    found = access_update(request.viewer, id)
    files = request.FILES if request.method == "POST" else None
    initial = {"before": found.former, "after": found.target}
    form = RecordForm(_sent(request), files, initial=initial)

    def act() -> str:
        record_update(update=found, evidence=form.evidence, actor=request.viewer)
        messages.success(request, f"{found.device.name} is updated. {_hint(found)}".strip())
        return reverse("firmware_update", args=[found.pk])

    return _form(request, form, "firmware_update_record", act, "record_form", {"update": found})


def _hint(update: FirmwareUpdate) -> str:
    return f"Log your time on {update.ticket.reference}." if update.ticket is not None else ""


def _sent(request: ViewerRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _url(found: Campaign) -> str:
    return reverse("campaign", args=[found.pk])


def _advisory(request: ViewerRequest) -> FirmwareAdvisory | None:
    asked = request.GET.get("advisory", "")
    if not asked:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) <= 18):
        raise Missing("There is no such advisory.", remedy="Take one from the page of the model.")
    return access_advisory(request.viewer, int(asked))


def _proposal(release: FirmwareRelease, advisory: FirmwareAdvisory | None) -> dict[str, Any]:
    title = f"{release.product_model} to {release.version}"[:120]
    return {"title": title, "reason": advisory.title if advisory else ""}


def _form(
    request: ViewerRequest,
    form: forms.Form,
    name: str,
    act: Callable[[], str],
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            return done_once(request, name, form, act)
        except BadInput as error:
            show_problem(form, error)
    status = 422 if form.errors else 200
    return page(
        request, f"upkeep/firmware/{template}.html", {**context, "form": form}, status=status
    )


def _confirm(
    request: ViewerRequest,
    found: Campaign,
    verb: str,
    cover: Cover,
    *,
    url: str,
    risk: bool = False,
) -> HttpResponse:
    context = {
        "title": f"{verb} “{found.title}”?",
        "cover": cover,
        "action_url": reverse(url, args=[found.pk]),
        "confirm_label": f"{verb} the campaign",
        "risk": risk,
        "cancel_url": _url(found),
    }
    return page_or_part(request, "accounts/confirm.html", "_shared/_confirm.html", context)
