"""When it will be done: a visit, or a change of the programming."""

from __future__ import annotations

from datetime import datetime

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.tenancy import database_now
from contracts.promised import service_calendar
from contracts.sla import hours
from tickets.approval import refuse_unapproved
from tickets.ledger import Event, add_fact
from tickets.locks import lock_ticket, move_ticket
from tickets.models import Kind, Ticket
from tickets.notices import SCHEDULED, tell
from tickets.people import customer_side
from tickets.states import Move
from tickets.wishes import is_in_hours


def schedule_ticket(*, ticket: Ticket, start: datetime, end: datetime, actor: Viewer) -> Ticket:
    """Agree on a time. Programming changes (clause PROGRAM) fit into business hours only.

    Raises BadInput for a time without length or in the past, RuleBroken outside business hours and
    while the customer's authorised contact has not approved the change.
    """
    actor.require(Capability.WORK_TICKETS)
    _refuse_odd_times(start, end)
    ticket = lock_ticket(ticket)
    move_ticket(ticket, Move.SCHEDULE)
    refuse_unapproved(ticket)
    if ticket.kind == Kind.PROGRAMMING:
        _refuse_outside_hours(ticket, start, end)
    ticket.scheduled_from, ticket.scheduled_to = start, end
    ticket.changed_at = max(database_now(), ticket.changed_at)
    ticket.save(update_fields=["scheduled_from", "scheduled_to", "changed_at"])
    fact = add_fact(ticket, Event.SCHEDULED, actor, start=start, end=end)
    record(actor, "ticket.scheduled", ticket, start=start.isoformat(), end=end.isoformat())
    people = [*customer_side(ticket), *([ticket.assignee_id] if ticket.assignee_id else [])]
    words = {"start": start.isoformat(), "end": end.isoformat()}
    tell(SCHEDULED, ticket, people, actor, fact, **words)
    return ticket


def _refuse_odd_times(start: datetime, end: datetime) -> None:
    if end <= start:
        raise BadInput("It would end before it begins.", field="end", remedy="Choose a later end.")
    if start < database_now():
        raise BadInput(
            "That time has passed.", field="start", remedy="Choose a time that is still to come."
        )


def _refuse_outside_hours(ticket: Ticket, start: datetime, end: datetime) -> None:
    calendar = service_calendar(ticket.calendar_version_id)
    if not is_in_hours(calendar, start, end):
        raise RuleBroken(
            f"Programming changes for ticket {ticket.reference} are made in business hours only.",
            remedy=f"Choose a time within the opening hours: {hours(calendar)}.",
        )
