"""How urgent it is. Raising counts at once; lowering needs a reason, and the customer is told."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from contracts.sla import FactKind, Priority
from tickets.clockwork import settle
from tickets.ledger import add_fact
from tickets.locks import lock_ticket, move_ticket
from tickets.models import Ticket
from tickets.notices import PRIORITY_LABELS, PRIORITY_LOWERED, tell
from tickets.people import customer_side
from tickets.states import Move
from tickets.text import checked_line


def change_priority(*, ticket: Ticket, priority: Priority, reason: str, actor: Viewer) -> Ticket:
    """Count again from the opening with the new target; a sealed verdict stays.

    Raises BadInput when lowering without a reason, RuleBroken when that is the priority already.
    """
    actor.require(Capability.CHANGE_PRIORITY)
    ticket = lock_ticket(ticket)
    move_ticket(ticket, Move.CHANGE_PRIORITY)
    former = Priority(ticket.priority)
    if former is priority:
        raise RuleBroken(
            f"Ticket {ticket.reference} has that priority already.", remedy="Nothing is left to do."
        )
    lowered = priority is Priority.MINOR
    if lowered or reason:
        reason = checked_line(reason, field="reason", what="The reason", limit=240)
    ticket.priority, ticket.priority_reason = priority.value, reason
    fact = add_fact(ticket, FactKind.PRIORITY_CHANGED, actor, priority=priority, reason=reason)
    settle(ticket, actor, "priority", "priority_reason")
    record(actor, "ticket.priority_changed", ticket, before=former.value, after=priority.value)
    if lowered:
        was = PRIORITY_LABELS[former.value]
        tell(PRIORITY_LOWERED, ticket, customer_side(ticket), actor, fact, reason=reason, was=was)
    return ticket
