"""Who pays, said before any work is done: for a report that is written, and on the ticket."""

from __future__ import annotations

from calcom_portal.common.parts import Cover
from contracts.cover_of import CoverOf
from contracts.coverage import Decision, Work
from tickets.models import Kind

# What a ticket of a kind is likely to need; what is said first comes first.
WORKS_OF_KIND: dict[Kind, tuple[Work, ...]] = {
    Kind.PROBLEM: (Work.TROUBLESHOOTING, Work.REMOTE_SUPPORT),
    Kind.PROGRAMMING: (Work.PROGRAMMING,),
    Kind.RESTORE: (Work.RESTORE,),
    Kind.FIRMWARE: (Work.FIRMWARE,),
    Kind.INSPECTION: (Work.INSPECTION,),
    Kind.TRAINING: (Work.TRAINING,),
    Kind.INSTALLATION: (Work.INSTALLATION,),
    Kind.QUESTION: (Work.REMOTE_SUPPORT,),
}
COVERED, BILLABLE = "Covered", "Billable"


def pay_line(kind: Kind, cover: CoverOf, inspections: int = 0) -> Cover:
    """Return who pays for a ticket of a kind, in business hours."""
    works = WORKS_OF_KIND[kind]
    decisions = [cover.decide(work, inspections=inspections) for work in works]
    first = decisions[0]
    paid = next((one for one in decisions if one.covered), None)
    if paid is None:
        return Cover("bill", BILLABLE, first.reason)
    also = "" if paid is first else f" {first.reason}"
    return Cover("yes", COVERED, f"{paid.reason}{also}", (paid.clause,))


def cover_of_decision(decision: Decision) -> Cover:
    """Return one verdict as pages show it."""
    if decision.covered:
        return Cover("yes", COVERED, decision.reason, (decision.clause,))
    return Cover("bill", BILLABLE, decision.reason)
