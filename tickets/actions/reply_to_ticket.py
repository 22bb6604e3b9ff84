"""A public reply, by the customer or by us. Ours is a response."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.files import IncomingFile
from contracts.sla import FactKind
from notifications.actions import acknowledge_subject
from tickets.clockwork import settle
from tickets.ledger import add_fact
from tickets.locks import lock_ticket, move_ticket
from tickets.models import Message, Ticket
from tickets.notices import REPLIED, tell
from tickets.people import customer_side, our_side
from tickets.states import Move, State
from tickets.talk import write_message


def reply_to_ticket(
    *, ticket: Ticket, text: str, files: Sequence[IncomingFile] = (), actor: Viewer
) -> Message:
    """Answer publicly. Staff's reply stops the response clock; a customer's reply ends a hold.

    Raises RuleBroken for a customer's reply to a resolved ticket: they reopen it instead.
    """
    actor.require(Capability.REPLY)
    ticket = lock_ticket(ticket)
    move_ticket(ticket, Move.REPLY)
    if actor.is_customer:
        _refuse_when_resolved(ticket)
        _end_hold(ticket)
    message = write_message(ticket, text, actor, files)
    kind = FactKind.CUSTOMER_REPLIED if actor.is_customer else FactKind.REPLIED
    fact = add_fact(ticket, kind, actor)
    settle(ticket, actor, "state", "hold_party", "hold_reason")
    if actor.is_staff:
        acknowledge_subject(subject_ref=ticket.reference, actor=actor)
    record(actor, "ticket.replied", ticket, files=len(files))
    people = customer_side(ticket)
    if actor.is_customer:
        people = [*our_side(ticket), *(person for person in people if person != ticket.reporter_id)]
    tell(REPLIED, ticket, people, actor, fact, text=text)
    return message


def _refuse_when_resolved(ticket: Ticket) -> None:
    if ticket.state == State.RESOLVED.value:
        raise RuleBroken(
            f"Ticket {ticket.reference} is resolved and cannot be answered.",
            remedy="Reopen it if the problem is still there.",
        )


def _end_hold(ticket: Ticket) -> None:
    if ticket.state == State.HELD.value:
        move_ticket(ticket, Move.RESUME)
        ticket.hold_party = ticket.hold_reason = ""
