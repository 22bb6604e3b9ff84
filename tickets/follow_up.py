"""What a new calendar version does to open tickets: shown before, carried out with it.

Tickets that are closed or merged then follow when they are opened again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from contracts import sla
from contracts.impact import Moved
from contracts.models import CalendarVersion
from tickets.clockwork import settle
from tickets.ledger import add_fact
from tickets.locks import hold_openings, lock_tickets
from tickets.models import Fact, Ticket
from tickets.snapshot import pure_facts, timeline_from

PREVIEW = "preview"
WORKER = "Service calendar"
BATCH = 200


def moved_deadlines(
    calendar_id: int, old: sla.ServiceCalendar, new: sla.ServiceCalendar
) -> list[Moved]:
    """Return the open deadlines that `new` would move. Sealed and passed ones never move."""
    return [
        moved
        for ticket, facts in _open_tickets(calendar_id)
        for moved in _moves(ticket, facts, new)
    ]


def recount(calendar_id: int, new_version_id: int, actor: Viewer) -> None:
    """Count every open ticket of a calendar by its new version."""
    # Who opens a ticket in this moment still reads the former version.
    hold_openings(actor.provider_id)
    ids = [ticket.pk for ticket, _ in _open_tickets(calendar_id)]
    batches = [ids[first : first + BATCH] for first in range(0, len(ids), BATCH)]
    # All of them before the first fact: whoever holds the chain must not wait for a ticket, since
    # whoever holds that ticket waits for the chain.
    for batch in batches:
        lock_tickets(batch)
    for batch in batches:
        for ticket in lock_tickets(batch):
            add_fact(ticket, sla.FactKind.PROMISE_CHANGED, actor, calendar_id=str(new_version_id))
            ticket.calendar_version_id = new_version_id
            settle(ticket, actor, "calendar_version")


def catch_up(ticket: Ticket) -> None:
    """Count a ticket that is open again by the versions published meanwhile. It is locked.

    Each counts from its publication, as if the ticket had been open then. Save `calendar_version`.
    """
    # Neither who publishes nor who opens a ticket again does both: it follows by itself.
    worker = Viewer.system(WORKER, provider_id=ticket.provider_id)
    for version, fact in published_meanwhile(ticket):
        add_fact(ticket, fact.kind, worker, at=fact.at, calendar_id=fact.calendar_id)
        ticket.calendar_version = version


def published_meanwhile(ticket: Ticket) -> list[tuple[CalendarVersion, sla.Fact]]:
    """Return the versions since a ticket was last open, as what its clocks are to learn of them."""
    last = ticket.calendar_version
    versions = CalendarVersion.objects.filter(calendar=last.calendar_id, number__gt=last.number)
    return [
        (
            version,
            sla.Fact(
                kind=sla.FactKind.PROMISE_CHANGED,
                at=max(version.created_at, ticket.opened_at),
                calendar_id=str(version.pk),
            ),
        )
        for version in versions.order_by("number")
    ]


def _open_tickets(calendar_id: int) -> Iterable[tuple[Ticket, list[Fact]]]:
    rows = Ticket.objects.live().filter(calendar_version__calendar_id=calendar_id)
    tickets = list(rows.select_related("customer").order_by("pk"))
    facts: defaultdict[int, list[Fact]] = defaultdict(list)
    for fact in Fact.objects.filter(ticket__in=tickets).order_by("ticket_id", "number"):
        facts[fact.ticket_id].append(fact)
    return [(ticket, facts[ticket.pk]) for ticket in tickets]


def _moves(ticket: Ticket, rows: list[Fact], new: sla.ServiceCalendar) -> Iterable[Moved]:
    facts = pure_facts(rows)
    now = max([database_now(), *(fact.at for fact in facts)])
    changed = sla.Fact(kind=sla.FactKind.PROMISE_CHANGED, at=now, calendar_id=PREVIEW)
    before = timeline_from(facts, ticket.promise_reason, now)
    after = timeline_from([*facts, changed], ticket.promise_reason, now, {PREVIEW: new})
    for old_view, new_view in zip(before.clocks, after.clocks, strict=True):
        if old_view.is_open and old_view.due != new_view.due:
            yield Moved(
                reference=ticket.reference,
                subject=ticket.subject,
                customer=ticket.customer.name,
                metric=old_view.metric.value,
                old_due=old_view.due,
                new_due=new_view.due,
            )
