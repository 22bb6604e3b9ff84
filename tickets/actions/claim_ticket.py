"""A technician takes a ticket that nobody has."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from notifications.actions import acknowledge_subject
from tickets.ledger import Event, add_fact
from tickets.locks import lock_ticket, move_ticket
from tickets.models import Ticket
from tickets.states import Move


def claim_ticket(*, ticket: Ticket, actor: Viewer) -> Ticket:
    """Take the ticket. Exactly one claims it: others get RuleBroken, which names who has it.

    Claiming again what one has changes nothing.
    """
    actor.require(Capability.WORK_TICKETS)
    ticket = lock_ticket(ticket)
    move_ticket(ticket, Move.ASSIGN)
    if ticket.assignee_id == actor.membership_id:
        return ticket
    if ticket.assignee is not None:
        raise RuleBroken(
            f"{ticket.assignee.name} has already claimed ticket {ticket.reference}.",
            remedy="Take the next one, or ask a dispatcher to hand it over.",
        )
    ticket.assignee_id = actor.membership_id
    ticket.changed_at = max(database_now(), ticket.changed_at)
    ticket.save(update_fields=["assignee", "changed_at"])
    add_fact(ticket, Event.ASSIGNED, actor, person=actor.membership_id, name=actor.name)
    acknowledge_subject(subject_ref=ticket.reference, actor=actor)
    record(actor, "ticket.claimed", ticket)
    return ticket
