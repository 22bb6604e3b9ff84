"""What a change of contracts does to open tickets: each has the terms of the day it was opened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from accounts.viewer import Viewer
from contracts import sla
from contracts.impact import Moved
from contracts.promised import Promised, Question, promised_for_all
from tickets.clockwork import settle
from tickets.ledger import add_fact
from tickets.locks import lock_tickets
from tickets.models import Ticket
from tickets.snapshot import promise_key

TERMS = ("contract", "terms", "calendar_version", "promise_reason")


def follow_terms(customer_id: int, since: datetime, actor: Viewer) -> list[Moved]:
    """Give a customer's open tickets that were opened since then the terms that count for them.

    Sealed verdicts and passed deadlines never move. Returns the open deadlines that do.
    """
    rows = Ticket.objects.live().filter(customer_id=customer_id, opened_at__gte=since)
    tickets = list(rows.select_related("device").order_by("pk"))
    promises = promised_for_all(customer_id, [_question(ticket) for ticket in tickets])
    changed = {
        ticket.pk: promised
        for ticket, promised in zip(tickets, promises, strict=True)
        if promised.terms_id != ticket.terms_id
    }
    # All of them before the first fact: whoever holds the chain must not wait for a ticket.
    locked = lock_tickets(sorted(changed))
    return [moved for ticket in locked for moved in _follow(ticket, changed[ticket.pk], actor)]


def _question(ticket: Ticket) -> Question:
    site_id = ticket.device.site_id if ticket.device else ticket.site_id
    return Question(site_id, ticket.device_id, ticket.opened_at)


def _follow(ticket: Ticket, promised: Promised, actor: Viewer) -> Iterable[Moved]:
    before = {clock.metric: clock.due_at for clock in ticket.clocks.all()}
    ticket.contract_id, ticket.terms_id = promised.contract_id, promised.terms_id
    ticket.calendar_version_id = promised.calendar_version_id
    ticket.promise_reason = promised.reason
    add_fact(
        ticket,
        sla.FactKind.PROMISE_CHANGED,
        actor,
        calendar_id=str(promised.calendar_version_id),
        promise_id=promise_key(promised.terms_id),
    )
    timeline = settle(ticket, actor, *TERMS)
    for view in timeline.clocks:
        if view.due != before[view.metric.value]:
            yield Moved(
                reference=ticket.reference,
                subject=ticket.subject,
                customer=ticket.customer.name,
                metric=view.metric.value,
                old_due=before[view.metric.value],
                new_due=view.due,
            )
