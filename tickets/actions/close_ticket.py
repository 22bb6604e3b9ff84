"""The end of a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from contracts.sla import ClockState, FactKind, Timeline
from tickets.clockwork import settle
from tickets.gates import pass_gates
from tickets.ledger import add_fact
from tickets.locks import lock_ticket, move_ticket
from tickets.models import Ticket
from tickets.notices import CLOSED, tell
from tickets.people import customer_side
from tickets.states import Move

NONE: Mapping[str, str] = MappingProxyType({})


def close_ticket(*, ticket: Ticket, waivers: Mapping[str, str] = NONE, actor: Viewer) -> Ticket:
    """Close the ticket. A response clock that nobody answered ends unjudged, unless it is late.

    Whoever reported it is told when it was not resolved before; then the gates are asked too, as
    `resolve_ticket` does. Raises RuleBroken for what is missing.
    """
    actor.require(Capability.WORK_TICKETS)
    ticket = lock_ticket(ticket)
    was_live = ticket.is_live
    move_ticket(ticket, Move.CLOSE)
    if was_live:
        pass_gates(ticket, Move.CLOSE, waivers, actor)
    ticket.hold_party = ticket.hold_reason = ""
    fact = add_fact(ticket, FactKind.CLOSED, actor)
    ticket.closed_at = fact.at
    timeline = settle(ticket, actor, "state", "hold_party", "hold_reason", "closed_at")
    record(actor, "ticket.closed", ticket)
    if was_live:
        tell(CLOSED, ticket, customer_side(ticket), actor, fact, **_ends(ticket, timeline))
    return ticket


def _ends(ticket: Ticket, timeline: Timeline) -> dict[str, object]:
    """Return what the mail says of the clocks: `goes_on` is whether reopening leaves some time."""
    response, solution = timeline.respond.state, timeline.resolve.state
    return {
        "is_answered": ticket.responded_at is not None,
        "response": response.value,
        "goes_on": response is ClockState.ENDED or solution is ClockState.MET,
    }
