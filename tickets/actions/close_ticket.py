"""The end of a ticket."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from contracts.sla import FactKind
from tickets.clockwork import settle
from tickets.ledger import add_fact
from tickets.locks import lock_ticket, move_ticket
from tickets.models import Ticket
from tickets.notices import CLOSED, tell
from tickets.people import customer_side
from tickets.states import Move


def close_ticket(*, ticket: Ticket, actor: Viewer) -> Ticket:
    """Close the ticket. A response clock that nobody answered ends unjudged, unless it is late.

    Whoever reported it is told when it was not resolved before.
    """
    actor.require(Capability.WORK_TICKETS)
    ticket = lock_ticket(ticket)
    was_live = ticket.is_live
    move_ticket(ticket, Move.CLOSE)
    ticket.hold_party = ticket.hold_reason = ""
    fact = add_fact(ticket, FactKind.CLOSED, actor)
    ticket.closed_at = fact.at
    settle(ticket, actor, "state", "hold_party", "hold_reason", "closed_at")
    record(actor, "ticket.closed", ticket)
    if was_live:
        is_answered = ticket.responded_at is not None
        tell(CLOSED, ticket, customer_side(ticket), actor, fact, is_answered=is_answered)
    return ticket
