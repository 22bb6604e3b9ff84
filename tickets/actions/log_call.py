"""A telephone call with the customer: a response like a written one."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from contracts.sla import FactKind
from notifications.actions import acknowledge_subject
from tickets.clockwork import settle
from tickets.ledger import add_fact
from tickets.locks import lock_ticket, move_ticket
from tickets.models import Message, Ticket
from tickets.states import Move
from tickets.talk import write_message


def log_call(*, ticket: Ticket, text: str, actor: Viewer) -> Message:
    """Log a call that took place now: it is a response. The customer sees the summary."""
    actor.require(Capability.WORK_TICKETS)
    ticket = lock_ticket(ticket)
    move_ticket(ticket, Move.REPLY)
    message = write_message(ticket, text, actor)
    add_fact(ticket, FactKind.CALLED, actor)
    settle(ticket, actor)
    acknowledge_subject(subject_ref=ticket.reference, actor=actor)
    record(actor, "ticket.called", ticket)
    return message
