"""The waiting is over."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from contracts.sla import FactKind
from tickets.clockwork import settle
from tickets.ledger import add_fact
from tickets.locks import lock_ticket, move_ticket
from tickets.models import Ticket
from tickets.states import Move


def resume_ticket(*, ticket: Ticket, actor: Viewer) -> Ticket:
    """Take the ticket off hold: a paused clock counts again."""
    actor.require(Capability.WORK_TICKETS)
    ticket = lock_ticket(ticket)
    move_ticket(ticket, Move.RESUME)
    ticket.hold_party = ticket.hold_reason = ""
    add_fact(ticket, FactKind.RESUMED, actor)
    settle(ticket, actor, "state", "hold_party", "hold_reason")
    record(actor, "ticket.resumed", ticket)
    return ticket
