"""Short ways to do things to tickets in tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from accounts.models import AuditEntry
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import provider_scope
from contracts.sla import Priority
from notifications.models import Notice
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tickets.actions import TicketRequest, open_ticket
from tickets.models import Clock, Fact, Kind, Message, Ticket, Verdict, Watcher

# Monday 15 June 2026, 10:00 in the zone of the calendar: eight business hours end Tuesday 09:00.
MONDAY_10 = "2026-06-15T10:00:00-07:00"
TUESDAY_9 = "2026-06-16T09:00:00-07:00"


def request_of(cast: Cast, reporter: Viewer | None = None, **changes: Any) -> TicketRequest:
    """Return a believable request of Bayview's Elena."""
    reporter = reporter or cast.elena
    values: dict[str, Any] = {
        "kind": Kind.PROBLEM.value,
        "subject": "No dial tone at front desk",
        "text": "Both front desk phones are dead.",
        "customer_id": reporter.customer_id or cast.bayview.pk,
        "reporter_id": reporter.membership_id,
        "priority": Priority.EMERGENCY,
        "site_id": cast.market_street.pk,
        "device_id": cast.phone_system.pk,
    }
    return TicketRequest(**(values | changes))


def opened(cast: Cast, time: DatabaseTime, at: str = MONDAY_10, **changes: Any) -> Ticket:
    """Have Elena open a ticket at an instant."""
    time.set(at)
    with acting(cast.elena):
        return open_ticket(request=request_of(cast, **changes), actor=cast.elena)


def id_of(viewer: Viewer) -> int:
    """Return the viewer's membership."""
    assert viewer.membership_id is not None
    return viewer.membership_id


def fresh(ticket: Ticket) -> Ticket:
    """Return the ticket as stored. Needs a scope."""
    return Ticket.objects.get(pk=ticket.pk)


def clock(ticket: Ticket, metric: str = "respond") -> Clock:
    """Return one clock of the ticket. Needs a scope."""
    return Clock.objects.get(ticket_id=ticket.pk, metric=metric)


def kinds(ticket: Ticket) -> list[str]:
    """Return the kinds of the ticket's facts in order. Needs a scope."""
    return list(
        Fact.objects.filter(ticket_id=ticket.pk).order_by("number").values_list("kind", flat=True)
    )


def outcomes(ticket: Ticket) -> list[tuple[str, str]]:
    """Return metric and outcome of the ticket's verdicts in order. Needs a scope."""
    rows = Verdict.objects.filter(ticket_id=ticket.pk).order_by("pk")
    return list(rows.values_list("metric", "outcome"))


def instant(text: str) -> datetime:
    """Read an instant."""
    return datetime.fromisoformat(text)


@contextmanager
def nothing_changes(ticket: Ticket) -> Iterator[None]:
    """Prove that what happens inside leaves no trace of the ticket, in no table."""
    before = _traces(ticket)
    yield
    assert _traces(ticket) == before


def _traces(ticket: Ticket) -> list[object]:
    with provider_scope(provider_id=ticket.provider_id):
        own = [list(Ticket.objects.filter(pk=ticket.pk).values())]
        children = [
            list(model.objects.filter(ticket_id=ticket.pk).order_by("pk").values())
            for model in (Fact, Clock, Verdict, Message, Watcher)
        ]
        totals = [model.objects.count() for model in (Ticket, AuditEntry, Notice)]
        return [*own, *children, totals]


def told(kind: str, *, of: Ticket) -> list[str]:
    """Return the names of those who get a notice of a kind about the ticket."""
    with provider_scope(provider_id=of.provider_id):
        rows = Notice.objects.filter(kind=kind, subject_ref=of.reference).order_by(
            "recipient__name"
        )
        return list(rows.values_list("recipient__name", flat=True))


def seen_by(viewer: Viewer, ticket: Ticket) -> Ticket:
    """Return the ticket as stored, read by the viewer."""
    with acting(viewer):
        return fresh(ticket)
