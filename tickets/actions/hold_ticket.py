"""Waiting for somebody: stops the resolve clock when it is not for ourselves."""

from __future__ import annotations

from datetime import datetime

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from calcom_portal.common.tenancy import database_now
from contracts.promised import promise_of_terms
from contracts.sla import ClockState, FactKind, Metric, Party
from contracts.sla.words import PARTY_WORDS
from notifications.actions import acknowledge_subject
from tickets.clockwork import settle
from tickets.ledger import add_fact
from tickets.locks import lock_ticket, move_ticket
from tickets.models import Ticket
from tickets.notices import HELD, tell
from tickets.people import customer_side
from tickets.states import Move
from tickets.text import checked_line


def hold_ticket(
    *, ticket: Ticket, party: Party, reason: str, until: datetime | None, actor: Viewer
) -> Ticket:
    """Wait for `party`; at `until` the hold ends by itself. The response clock runs on.

    The resolve clock stops only for a party that the terms name (`pauses_resolve_clock`). Holding
    again replaces party, reason and date. Raises BadInput without a reason or for a past date.
    """
    actor.require(Capability.WORK_TICKETS)
    reason = checked_line(reason, field="reason", what="The reason", limit=240)
    if until is not None and until <= database_now():
        raise BadInput(
            "The promised date has passed.", field="until", remedy="Give a date to come, or none."
        )
    ticket = lock_ticket(ticket)
    move_ticket(ticket, Move.HOLD)
    ticket.hold_party, ticket.hold_reason = party.value, reason
    fact = add_fact(ticket, FactKind.HELD, actor, party=party, reason=reason, until=until)
    timeline = settle(ticket, actor, "state", "hold_party", "hold_reason")
    pauses = timeline.resolve.state is ClockState.PAUSED
    acknowledge_subject(subject_ref=ticket.reference, actor=actor)
    record(actor, "ticket.held", ticket, party=party.value, until=until, pauses=pauses)
    tell(
        HELD,
        ticket,
        customer_side(ticket),
        actor,
        fact,
        party_words="your answer" if party is Party.CUSTOMER else PARTY_WORDS[party],
        reason=reason,
        until=until.isoformat() if until else None,
        pauses=pauses,
        runs=timeline.is_open,
    )
    return ticket


def pauses_resolve_clock(ticket: Ticket, party: Party) -> bool:
    """Would waiting for `party` stop a resolve clock of this ticket?"""
    promise = promise_of_terms(ticket.terms_id)
    has_clock = any(metric is Metric.RESOLVE for _, metric in promise.targets)
    return has_clock and party in promise.pausing
