"""Put an entry right: a further entry takes its place, and both stay."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from tickets.labour import LabourFacts, judge
from tickets.labour_ledger import Replacement, lock_entry, lock_month, write_entry
from tickets.locks import lock_ticket
from tickets.models import Cause, LabourEntry
from tickets.overlaps import refuse_overlap


def correct_labour(
    *,
    entry: LabourEntry,
    facts: LabourFacts,
    reason: str,
    overlap_ok: bool = False,
    actor: Viewer,
) -> LabourEntry:
    """Replace an entry by what is right; it is judged anew. Others' entries need more rights.

    After its month was issued the difference goes to the next statement. Raises NotAllowed,
    BadInput, RuleBroken for an entry that was replaced meanwhile, and Overlapping.
    """
    require_right_to_correct(entry, actor)
    if entry.technician_id is None:
        raise RuleBroken(
            "The portal did this at a price that was agreed before.",
            remedy="Strike it out, or do not charge it.",
        )
    if not reason.strip():
        raise BadInput("Nobody said why.", field="reason", remedy="Say what was wrong.")
    lock_month(entry.customer_id)
    ticket = lock_ticket(entry.ticket)
    entry = lock_entry(entry)
    judged = judge(ticket, facts)
    if not overlap_ok:
        refuse_overlap(entry.technician_id, judged.facts, actor, without=[entry.pk])
    replacement = Replacement(entry, Cause.CORRECTED, reason.strip())
    corrected = write_entry(ticket, judged, actor, replacement)
    record(
        actor,
        "labour.corrected",
        ticket,
        entry=corrected.pk,
        replaces=entry.pk,
        minutes=corrected.minutes,
        was=entry.minutes,
    )
    return corrected


def require_right_to_correct(entry: LabourEntry, actor: Viewer) -> None:
    """Raise NotAllowed unless the entry is the actor's own, or they may decide about others'."""
    is_own = entry.technician_id == actor.membership_id
    actor.require(Capability.LOG_LABOUR if is_own else Capability.OVERRIDE_LABOUR)
