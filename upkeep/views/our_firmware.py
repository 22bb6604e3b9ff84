"""The customers' own page of updates, and their answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.errors import BadInput, Missing
from calcom_portal.common.pages import page
from contracts.forms.fields import show_problem
from contracts.views.once import done_once
from upkeep.access_firmware import access_our_updates
from upkeep.actions.answer_campaign import answer_campaign
from upkeep.forms.campaigns import AnswerForm
from upkeep.models import FirmwareUpdate
from upkeep.presenters.campaigns import our_firmware_page

YES = "yes"


@needs(Capability.SEE_CONTRACTS)
@require_GET
def our_firmware(request: ViewerRequest) -> HttpResponse:
    """What is updated of a customer's systems, and what waits for an answer."""
    if not request.viewer.is_customer:
        raise Missing("This page is a customer's.", remedy="Look at the campaigns.")
    return _show(request)


@needs(Capability.SEE_CONTRACTS)
@require_POST
def our_firmware_answer(request: ViewerRequest, id: int) -> HttpResponse:
    """Say yes or no to the updates of a campaign."""
    updates = access_our_updates(request.viewer, id)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            route = "our_firmware_answer"
            return done_once(request, route, form, lambda: _answer(request, updates, form))
        except BadInput as error:
            show_problem(form, error)
    return _show(request, id, form, status=422)


def _answer(request: ViewerRequest, updates: list[FirmwareUpdate], form: AnswerForm) -> str:
    agreed = form.cleaned_data["answer"] == YES
    note = form.cleaned_data["note"]
    answer_campaign(updates=updates, agreed=agreed, note=note, actor=request.viewer)
    told = "You agreed. We update in the hours that were announced."
    messages.success(request, told if agreed else "You declined. Nothing is updated.")
    return reverse("our_firmware")


def _show(
    request: ViewerRequest,
    campaign_id: int | None = None,
    wrong: AnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = our_firmware_page(request.viewer)
    context |= {"form": AnswerForm(), "wrong": wrong, "wrong_id": campaign_id}
    return page(request, "upkeep/firmware/ours.html", context, status=status)
