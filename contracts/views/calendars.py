"""Service calendars: reading them, and changing them with a preview of what moves."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.errors import BadInput
from calcom_portal.common.pages import go, page
from calcom_portal.common.tenancy import database_now
from contracts.access import access_calendar
from contracts.actions import create_calendar, publish_calendar_version, refuse_stale
from contracts.calendar_page import CalendarPage, calendar_rows, changes_between
from contracts.examples import next_friday, standard_examples
from contracts.forms.calendars import CalendarForm, proposed
from contracts.forms.fields import show_problem
from contracts.impact import Moved, moved_by
from contracts.models import Calendar, CalendarVersion
from contracts.promised import service_calendar
from contracts.views.once import done_once

SEE, CHANGE = Capability.SEE_ALL_CUSTOMERS, Capability.MANAGE_CALENDARS
NOTHING_CHANGED = "These are the hours that are in effect already. Change something first."


@needs(SEE)
@require_GET
def calendars(request: ViewerRequest) -> HttpResponse:
    """Show all calendars of the provider."""
    context = {"rows": calendar_rows(), "can_change": request.viewer.can(CHANGE)}
    return page(request, "contracts/calendars.html", context)


@needs(SEE)
@require_GET
def calendar(request: ViewerRequest, id: int) -> HttpResponse:
    """Show one calendar: hours, days off, worked examples, versions."""
    found = access_calendar(request.viewer, id)
    context = {
        "calendar": found,
        "shown": CalendarPage.of(found.newest(), database_now()),
        "versions": found.versions.select_related("created_by").order_by("-number")[:20],
        "can_change": request.viewer.can(CHANGE),
    }
    return page(request, "contracts/calendar.html", context)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def calendar_new(request: ViewerRequest) -> HttpResponse:
    """Make a calendar. Nothing counts by it yet, so there is nothing to preview."""
    if request.method == "GET":
        return _editor(request, _form(None))
    form = _form(None, request)
    if request.POST.get("step") == "holidays":
        return _editor(request, _form(None, initial=proposed(form)))
    if form.is_valid():
        try:
            return done_once(request, "calendar_new", form, lambda: _create(request, form))
        except BadInput as error:
            show_problem(form, error)
    return _editor(request, form, status=422)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def calendar_edit(request: ViewerRequest, id: int) -> HttpResponse:
    """Change a calendar in two steps: preview what moves, then publish."""
    newest = access_calendar(request.viewer, id).newest()
    if request.method == "GET":
        return _editor(request, _form(newest))
    step = STEPS.get(request.POST.get("step", ""), _preview)
    return step(request, newest, _form(newest, request))


def _show_holidays(
    request: ViewerRequest, newest: CalendarVersion, form: CalendarForm
) -> HttpResponse:
    return _editor(request, _form(newest, initial=proposed(form)))


def _edit_again(
    request: ViewerRequest, newest: CalendarVersion, form: CalendarForm
) -> HttpResponse:
    return _editor(request, form)


def _preview(request: ViewerRequest, newest: CalendarVersion, form: CalendarForm) -> HttpResponse:
    if not form.is_valid():
        return _editor(request, form, status=422)
    old = service_calendar(newest.pk)
    if form.hours == old:
        form.add_error(None, NOTHING_CHANGED)
        return _editor(request, form, status=422)
    refuse_stale(newest, form.began_from)
    now = database_now()
    start = next_friday(old, now)
    context = {
        "calendar": newest.calendar,
        "form": form,
        "changes": changes_between(old, form.hours),
        "moved": [MovedRow(row) for row in moved_by(newest.calendar_id, old, form.hours)],
        "examples": list(
            zip(
                standard_examples(old, now, start=start),
                standard_examples(form.hours, now, start=start),
                strict=True,
            )
        ),
    }
    return page(request, "contracts/calendar_preview.html", context)


def _publish(request: ViewerRequest, newest: CalendarVersion, form: CalendarForm) -> HttpResponse:
    if not form.is_valid():
        return _editor(request, form, status=422)
    version = publish_calendar_version(
        calendar=newest.calendar,
        edit=form.edit,
        base_number=form.began_from,
        actor=request.viewer,
    )
    messages.success(request, f"Version {version.number} of {newest.calendar} is in effect.")
    return go(request, reverse("calendar", args=[newest.calendar_id]))


Step = Callable[[ViewerRequest, CalendarVersion, CalendarForm], HttpResponse]
STEPS: dict[str, Step] = {
    "holidays": _show_holidays,
    "edit": _edit_again,
    "preview": _preview,
    "publish": _publish,
}


class MovedRow:
    """A deadline that moves, and by how much."""

    def __init__(self, moved: Moved) -> None:
        self.moved = moved
        both = moved.old_due is not None and moved.new_due is not None
        self.shift = moved.new_due - moved.old_due if both else None  # type: ignore[operator]

    @property
    def direction(self) -> str:
        """Say whether it becomes due earlier or later."""
        if self.shift is None:
            return ""
        return "later" if self.shift.total_seconds() > 0 else "earlier"


def _form(
    current: CalendarVersion | None,
    request: ViewerRequest | None = None,
    initial: dict[str, object] | None = None,
) -> CalendarForm:
    data = request.POST if request else None
    return CalendarForm(data, current=current, today=database_now().date(), initial=initial or {})


def _editor(request: ViewerRequest, form: CalendarForm, *, status: int = 200) -> HttpResponse:
    current = form.current
    context = {
        "form": form,
        "calendar": current.calendar if current else None,
        "examples": standard_examples(service_calendar(current.pk), database_now())
        if current
        else (),
    }
    return page(request, "contracts/calendar_form.html", context, status=status)


def _create(request: ViewerRequest, form: CalendarForm) -> str:
    made: Calendar = create_calendar(
        name=form.cleaned_data["name"], edit=form.edit, actor=request.viewer
    )
    messages.success(request, f"{made} can be chosen in contracts now.")
    return reverse("calendar", args=[made.pk])
