"""A merge was a mistake: both tickets go on as if it had never been."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from contracts.sla import FactKind
from tickets.clockwork import settle
from tickets.follow_up import catch_up
from tickets.ledger import add_fact
from tickets.locks import hold_openings, lock_tickets, move_ticket
from tickets.models import Ticket
from tickets.snapshot import timeline_of
from tickets.states import Move, State


def unmerge_ticket(*, child: Ticket, actor: Viewer) -> Ticket:
    """Undo a merge. The child's own clocks count again, and a hold that is still on holds again.

    Raises RuleBroken when the other ticket was merged into a further one since.
    """
    actor.require(Capability.MERGE_TICKETS)
    hold_openings(child.provider_id)
    child, target = _both(child)
    fact = add_fact(child, FactKind.UNMERGED, actor, other=target.reference)
    add_fact(target, FactKind.RELEASED, actor, at=fact.at, other=child.reference)
    catch_up(child)
    child.merged_into = None
    if timeline_of(child).hold is not None:
        child.state = State.HELD.value
    else:
        child.hold_party = child.hold_reason = ""
    changed = ("state", "merged_into", "hold_party", "hold_reason", "calendar_version")
    settle(child, actor, *changed)
    settle(target, actor)
    record(actor, "ticket.unmerged", child, from_ticket=target.reference)
    return child


def _both(child: Ticket) -> tuple[Ticket, Ticket]:
    target_id = child.merged_into_id
    locked = lock_tickets([child.pk] if target_id is None else [child.pk, target_id])
    move_ticket(locked[0], Move.UNMERGE)
    if locked[0].merged_into_id != target_id:
        raise RuleBroken(
            f"Ticket {child.reference} was merged into another ticket meanwhile.",
            remedy="Look at the ticket again.",
        )
    _refuse_links_of_a_chain(locked[-1])
    return locked[0], locked[-1]


def _refuse_links_of_a_chain(target: Ticket) -> None:
    # What the target took over went on with it: the ticket at the end would keep the deadline.
    if target.state == State.MERGED.value:
        raise RuleBroken(
            f"Ticket {target.reference} was itself merged into {target.merged_into} since.",
            remedy=f"Undo the merge of {target.reference} first.",
        )
