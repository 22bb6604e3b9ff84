"""The end of a ticket that monitoring opened: the equipment works again, and nobody had to act."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from contracts.sla import FactKind
from notifications.actions import acknowledge_subject
from tickets.clockwork import settle
from tickets.ledger import add_fact
from tickets.locks import lock_ticket, move_ticket
from tickets.models import Ticket
from tickets.states import Move
from tickets.talk import write_message


def close_recovered(*, ticket: Ticket, text: str, actor: Viewer) -> Ticket:
    """Close a ticket with a worker's public word on why.

    That is no response: a response clock that nobody answered ends unjudged, unless it is late.
    The word tells nobody: whoever calls it does. Raises RuleBroken for a ticket that has ended.
    """
    actor.require(Capability.RUN_CLOCK)
    ticket = lock_ticket(ticket)
    move_ticket(ticket, Move.CLOSE)
    ticket.hold_party = ticket.hold_reason = ""
    write_message(ticket, text, actor)
    fact = add_fact(ticket, FactKind.CLOSED, actor, by_itself=True)
    ticket.closed_at = fact.at
    settle(ticket, actor, "state", "hold_party", "hold_reason", "closed_at")
    acknowledge_subject(subject_ref=ticket.reference, actor=actor)
    record(actor, "ticket.closed", ticket, by_itself=True)
    return ticket
