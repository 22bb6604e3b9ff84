"""Write down work that was done: frozen with the verdict who pays for it."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from tickets.labour import LabourFacts, judge
from tickets.labour_ledger import lock_month, refuse_closed_month, write_entry
from tickets.locks import lock_ticket
from tickets.models import LabourEntry, LabourTimer, Ticket
from tickets.overlaps import refuse_overlap
from tickets.states import State


def log_labour(
    *, ticket: Ticket, facts: LabourFacts, overlap_ok: bool = False, actor: Viewer
) -> LabourEntry:
    """Log the actor's work on a ticket, and end their timer on it.

    Raises NotAllowed; BadInput for times that cannot be, an unknown device or a closed month;
    RuleBroken for a ticket that was merged, and for work that overlaps other work of the actor
    unless `overlap_ok`.
    """
    actor.require(Capability.LOG_LABOUR)
    lock_month(ticket.customer_id)
    ticket = lock_ticket(ticket)
    _refuse_merged(ticket)
    judged = judge(ticket, facts)
    refuse_closed_month(ticket.customer_id, judged.cover.day)
    if not overlap_ok:
        refuse_overlap(actor.membership_id, judged.facts, actor)
    entry = write_entry(ticket, judged, actor)
    LabourTimer.objects.filter(technician_id=actor.membership_id, ticket_id=ticket.pk).delete()
    record(
        actor,
        "labour.logged",
        ticket,
        entry=entry.pk,
        work=entry.work,
        minutes=entry.minutes,
        fact=entry.fact.number,
    )
    return entry


def _refuse_merged(ticket: Ticket) -> None:
    if ticket.state == State.MERGED:
        raise RuleBroken(
            f"Ticket {ticket.reference} was merged into another one.",
            remedy="Log the work on the ticket that stays.",
        )
