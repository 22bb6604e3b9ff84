"""Inspections at a desk: the list, one, its date, its report, what differs from the list."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import needs, signed_in
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.viewer import Viewer
from calcom_portal.common.downloads import PDF, download, download_stored
from calcom_portal.common.errors import BadInput
from calcom_portal.common.pages import go, page
from calcom_portal.common.tenancy import database_now
from contracts.access import access_device
from contracts.days import today_at_site
from contracts.forms.fields import show_problem
from contracts.views.once import done_once
from upkeep.access_inspections import (
    access_difference,
    access_inspection,
    access_inspection_photo,
)
from upkeep.actions.agree_inspection import Visit, agree_inspection
from upkeep.actions.ask_for_inspection import ask_for_inspection
from upkeep.actions.begin_inspection import begin_inspection
from upkeep.actions.cancel_inspection import cancel_inspection
from upkeep.actions.decide_difference import decide_difference
from upkeep.forms.inspections import CancelForm, VisitForm
from upkeep.inspecting.document import name_of, pdf_of
from upkeep.inspecting.listing import inspections_page
from upkeep.inspecting.view import view_of
from upkeep.inspections.states import OPEN, State, is_overdue
from upkeep.models import Inspection

PLAN, WORK = Capability.MANAGE_INSPECTIONS, Capability.WORK_TICKETS
USUAL_START, USUAL_LENGTH = time(9), timedelta(hours=3)


def may_read(viewer: Viewer) -> None:
    """Raise NotAllowed for somebody who may read no inspection."""
    viewer.require(Capability.SEE_CONTRACTS)


@signed_in
@require_GET
def inspections(request: ViewerRequest) -> HttpResponse:
    """List inspections, the newest first."""
    may_read(request.viewer)
    return page(request, "upkeep/inspections/list.html", inspections_page(request))


@signed_in
@require_GET
def inspection(request: ViewerRequest, id: int) -> HttpResponse:
    """One inspection: when, who, what was found."""
    may_read(request.viewer)
    found = access_inspection(request.viewer, id)
    is_staff, today = request.viewer.is_staff, today_at_site(found.site, database_now())
    context = {
        "inspection": found,
        "view": view_of(found, for_staff=is_staff),
        "members": found.members.select_related("technician") if is_staff else (),
        "late": found.entries.exclude(outcome="taken").order_by("pk") if is_staff else (),
        "is_overdue": is_overdue(found.state, found.latest, today),
        "proposed": _proposed_day(found, today),
        "can_plan": request.viewer.can(PLAN) and found.state in OPEN,
        "can_move": found.state in (State.PLANNED, State.AGREED),
        "can_work": request.viewer.can(WORK) and found.state in OPEN,
        "can_decide": request.viewer.can(Capability.MANAGE_DEVICES),
    }
    return page(request, "upkeep/inspections/inspection.html", context)


@needs(PLAN)
@require_http_methods(["GET", "POST"])
def inspection_date(request: ViewerRequest, id: int) -> HttpResponse:
    """Agree on the date, or move it."""
    found = access_inspection(request.viewer, id)
    form = VisitForm(_sent(request), initial=_proposal(found))

    def act() -> str:
        agree_inspection(inspection=found, visit=_visit(form), actor=request.viewer)
        messages.success(
            request, "The date is agreed; the customer and the technicians hear of it."
        )
        return reverse("inspection", args=[found.pk])

    return _form(request, found, form, "inspection_date", act, "upkeep/inspections/date.html")


@needs(PLAN)
@require_http_methods(["GET", "POST"])
def inspection_cancel(request: ViewerRequest, id: int) -> HttpResponse:
    """Call it off."""
    found = access_inspection(request.viewer, id)
    form = CancelForm(_sent(request))

    def act() -> str:
        reason = form.cleaned_data["reason"]
        cancel_inspection(inspection=found, reason=reason, actor=request.viewer)
        messages.success(request, "The inspection is cancelled.")
        return reverse("inspection", args=[found.pk])

    return _form(request, found, form, "inspection_cancel", act, "upkeep/inspections/cancel.html")


@needs(WORK)
@require_POST
def inspection_begin(request: ViewerRequest, id: int) -> HttpResponse:
    """Make it ready for the phone, and go there."""
    found = access_inspection(request.viewer, id)
    begin_inspection(inspection=found, actor=request.viewer)
    return go(request, reverse("inspection_on_site", args=[found.pk]))


@signed_in
@require_GET
def inspection_pdf(request: ViewerRequest, id: int) -> HttpResponse:
    """The document: as it was signed, or for staff the draft of it."""
    may_read(request.viewer)
    found = access_inspection(request.viewer, id)
    if found.sha256:
        return download_stored(name=name_of(found), media_type=PDF, sha256=found.sha256)
    request.viewer.require(WORK)
    return download(pdf_of(found), name=name_of(found), media_type=PDF)


@signed_in
@require_GET
def inspection_photo(request: ViewerRequest, id: int) -> HttpResponse:
    """A picture."""
    may_read(request.viewer)
    photo = access_inspection_photo(request.viewer, id)
    return download_stored(name=photo.name, media_type=photo.media_type, sha256=photo.sha256)


@needs(Capability.MANAGE_DEVICES)
@require_POST
def inspection_difference(request: ViewerRequest, id: int, word: str) -> HttpResponse:
    """Correct the installed list, or keep it."""
    row = access_difference(request.viewer, id)
    decide_difference(difference=row, accepts=word == "accept", actor=request.viewer)
    done = "The list was corrected" if word == "accept" else "The list stays as it is"
    messages.success(request, f"{done}: {row.name}.")
    return go(request, reverse("inspection", args=[row.inspection_id]))


@needs(PLAN)
@require_POST
def device_inspection(request: ViewerRequest, id: int) -> HttpResponse:
    """Plan an inspection of a device beside those that are owed."""
    device = access_device(request.viewer, id)
    made = ask_for_inspection(device=device, actor=request.viewer)
    return go(request, reverse("inspection", args=[made.pk]))


def _form(
    request: ViewerRequest, found: Inspection, form: forms.Form, name: str, act: Any, template: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            return done_once(request, name, form, act)
        except BadInput as error:
            show_problem(form, error)
    context = {"inspection": found, "form": form}
    return page(request, template, context, status=422 if form.errors else 200)


def _sent(request: ViewerRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _proposal(found: Inspection) -> dict[str, Any]:
    people = list(found.members.values_list("technician", flat=True))
    if found.starts_at is not None:
        return {"day": found.starts_at, "end": found.ends_at, "technicians": people}
    day = _proposed_day(found, today_at_site(found.site, database_now()))
    if day is None:
        return {}
    starts_at = datetime.combine(day, USUAL_START, ZoneInfo(found.site.zone))
    return {"day": starts_at, "end": starts_at + USUAL_LENGTH}


def _proposed_day(found: Inspection, today: date) -> date | None:
    """Return the day that we propose; None once it is past."""
    day: date | None = found.proposed_on
    return day if day is not None and day >= today else None


def _visit(form: forms.Form) -> Visit:
    data = form.cleaned_data
    people = tuple(person.pk for person in data["technicians"])
    return Visit(data["day"], data["end"], people, data["reason"])
