"""Labour on a ticket: the list for both sides, logging work, and the timer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import signed_in
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.submissions import Answer
from calcom_portal.common.errors import BadInput, PortalError, RuleBroken
from calcom_portal.common.pages import go, page, page_or_part, part
from calcom_portal.common.tenancy import database_now
from contracts.coverage import Work
from tickets.access import access_ticket
from tickets.actions import discard_timer, log_labour, start_timer
from tickets.actions.start_timer import timer_of
from tickets.forms.labour import LabourForm
from tickets.labour import judge
from tickets.models import Kind, Ticket
from tickets.overlaps import Overlapping
from tickets.presenters.labour import labour_sight
from tickets.presenters.pay import WORKS_OF_KIND, cover_of_decision
from tickets.views.once import done_once


@require_GET
@signed_in
def labour(request: ViewerRequest, ref: str) -> HttpResponse:
    """All that was done, line by line, with what was replaced and asked."""
    ticket = access_ticket(request.viewer, ref)
    sight = labour_sight(ticket, request.viewer, database_now())
    return page(request, "tickets/labour/page.html", {"ticket": ticket, "labour": sight})


@require_http_methods(["GET", "POST"])
@signed_in
def log_time(request: ViewerRequest, ref: str) -> HttpResponse:
    """Log work; while the form is filled in, say who will pay for it."""
    ticket = access_ticket(request.viewer, ref)
    request.viewer.require(Capability.LOG_LABOUR)
    if request.method == "GET":
        return _ask(request, ticket, LabourForm(ticket=ticket, initial=_initial(request, ticket)))
    form = LabourForm(request.POST, ticket=ticket)
    if request.headers.get("HX-Target") == "consequence":
        return part(request, "tickets/labour/_outlook.html", {"covers": covers_of(ticket, form)})
    if form.is_valid() and (answer := _log_once(request, ticket, form)):
        say_done(request, answer, f"{ticket.reference}: logged.")
        return go(request, answer.url)
    return _ask(request, ticket, form, status=422)


@require_POST
@signed_in
def timer_start(request: ViewerRequest, ref: str) -> HttpResponse:
    """Start the reader's timer on a ticket."""
    ticket = access_ticket(request.viewer, ref)
    try:
        start_timer(ticket=ticket, actor=request.viewer)
    except RuleBroken as error:
        messages.error(request, f"{error.message} {error.remedy}")
    return go(request, reverse("ticket", args=[ticket.reference]))


@require_POST
@signed_in
def timer_discard(request: ViewerRequest, ref: str) -> HttpResponse:
    """Throw the reader's timer away."""
    ticket = access_ticket(request.viewer, ref)
    discard_timer(ticket=ticket, actor=request.viewer)
    return go(request, reverse("ticket", args=[ticket.reference]))


def covers_of(ticket: Ticket, form: LabourForm) -> list[Any]:
    """Return who would pay for what the form says; nothing while it is not complete."""
    if not form.is_valid():
        return []
    try:
        judged = judge(ticket, form.facts)
    except (BadInput, RuleBroken):
        return []
    return [cover_of_decision(line.decision) for line in judged.lines]


def blame(form: LabourForm, error: PortalError) -> None:
    """Show a refusal at its field, and let overlapping work be confirmed."""
    field = error.field if isinstance(error, BadInput) and error.field in form.fields else None
    if isinstance(error, Overlapping):
        form.ask_about_overlap()
        field = "overlap_ok"
    form.add_error(field, f"{error.message} {error.remedy}".strip())


def say_done(request: ViewerRequest, answer: Answer, words: str) -> None:
    """Tell the reader what was done, or that it was done before."""
    if answer.is_repeated:
        messages.info(request, "This was already sent.")
    else:
        messages.success(request, words)


def _log_once(request: ViewerRequest, ticket: Ticket, form: LabourForm) -> Answer | None:
    def do() -> str:
        overlap_ok = form.cleaned_data["overlap_ok"]
        log_labour(ticket=ticket, facts=form.facts, overlap_ok=overlap_ok, actor=request.viewer)
        return reverse("ticket", args=[ticket.reference])

    try:
        return done_once(request, "labour", form, do)
    except (RuleBroken, BadInput) as error:
        blame(form, error)
        return None


def _ask(
    request: ViewerRequest, ticket: Ticket, form: LabourForm, *, status: int = 200
) -> HttpResponse:
    timer = timer_of(request.viewer)
    context = {
        "title": f"Log time: {ticket.reference}",
        "intro": ticket.subject,
        "form": form,
        "ticket": ticket,
        "covers": covers_of(ticket, form) if form.is_bound else [],
        "action_url": reverse("ticket_time", args=[ticket.reference]),
        "cancel_url": reverse("ticket", args=[ticket.reference]),
        "confirm_label": "Log the time",
        "has_outlook": True,
        "timer": timer if timer and timer.ticket_id == ticket.pk else None,
    }
    template = "tickets/labour/act.html"
    return page_or_part(request, template, "tickets/labour/_act.html", context, status=status)


def _initial(request: ViewerRequest, ticket: Ticket) -> dict[str, Any]:
    now = timezone.localtime(database_now())
    timer = timer_of(request.viewer)
    values: dict[str, Any] = {
        "work": WORKS_OF_KIND.get(Kind(ticket.kind), (Work.TROUBLESHOOTING,))[0].value,
        "device": str(ticket.device_id or ""),
        "day": now.date(),
    }
    if timer is None or timer.ticket_id != ticket.pk:
        return values
    started = timezone.localtime(timer.started_at)
    values |= {"day": started.date(), "start": started.time()}
    if started.date() == now.date() and now.time().replace(second=0) > started.time():
        return values | {"end": now.time()}
    minutes = (now - started).total_seconds() // 60
    return values | {"minutes": max(1, min(int(minutes), 24 * 60))}
