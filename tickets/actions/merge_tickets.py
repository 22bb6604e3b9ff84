"""Two reports of one problem become one ticket, and apart again."""

from __future__ import annotations

from datetime import datetime

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from contracts.sla import FactKind
from tickets.clockwork import settle
from tickets.ledger import add_fact
from tickets.locks import lock_tickets, move_ticket
from tickets.models import Ticket
from tickets.notices import MERGED, tell
from tickets.people import customer_side
from tickets.snapshot import timeline_of
from tickets.states import Move
from tickets.text import checked_line


def merge_tickets(*, child: Ticket, target: Ticket, reason: str, actor: Viewer) -> Ticket:
    """Merge `child` into `target`, which keeps the earliest opening and strictest open deadline.

    The child's clocks end unjudged; a miss stays one. Returns the target. Raises RuleBroken unless
    both are of one customer and still open.
    """
    actor.require(Capability.MERGE_TICKETS)
    reason = checked_line(reason, field="reason", what="The reason", limit=240)
    child, target = lock_tickets([child.pk, target.pk])
    _refuse_strangers(child, target)
    open_due = _open_deadlines(child)
    opened_at = timeline_of(child).opened_at
    move_ticket(child, Move.MERGE)
    child.merged_into = target
    fact = add_fact(child, FactKind.MERGED, actor, other=target.reference, reason=reason)
    add_fact(
        target,
        FactKind.ABSORBED,
        actor,
        at=fact.at,
        other=child.reference,
        other_opened_at=opened_at,
        other_due=open_due,
        reason=reason,
    )
    settle(child, actor, "state", "merged_into")
    settle(target, actor)
    record(actor, "ticket.merged", child, into=target.reference)
    tell(MERGED, child, customer_side(child), actor, fact, into=target.reference, reason=reason)
    return target


def _open_deadlines(child: Ticket) -> list[tuple[str, datetime]]:
    return [
        (view.metric.value, view.due)
        for view in timeline_of(child).clocks
        if view.is_open and view.due is not None
    ]


def _refuse_strangers(child: Ticket, target: Ticket) -> None:
    if child.pk == target.pk:
        raise RuleBroken(
            f"Ticket {child.reference} cannot be merged into itself.",
            remedy="Choose the other report of the same problem.",
        )
    if child.customer_id != target.customer_id:
        raise RuleBroken(
            f"{child.reference} and {target.reference} belong to different customers.",
            remedy="Merge tickets of one customer only.",
        )
    if not target.is_live:
        raise RuleBroken(
            f"Ticket {target.reference} is no longer open, so nothing can be merged into it.",
            remedy="Reopen it first, or merge the other way round.",
        )
