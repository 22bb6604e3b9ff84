"""Who pays, said before any work is done: for a report that is written, and on the ticket."""

from __future__ import annotations

from datetime import datetime

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
# What somebody may have to come for.
ON_SITE = frozenset({Kind.PROBLEM, Kind.INSPECTION, Kind.TRAINING, Kind.INSTALLATION})
COVERED, BILLABLE = "Covered", "Billable"


def pay_line(kind: Kind, cover: CoverOf, at: datetime, inspections: int = 0) -> Cover:
    """Return who pays for a ticket of a kind, by the business hours of `at`.

    What is covered in business hours only stays covered, because it is done in them; what it costs
    outside is said while they are closed. A trip is named where one may be needed and is charged.
    """
    is_open, works = cover.calendar.is_open(at), WORKS_OF_KIND[kind]
    decisions = [cover.decide(work, inspections=inspections) for work in works]
    first = decisions[0]
    paid = next((one for one in decisions if one.covered), None)
    if paid is None:
        now = first if is_open else cover.decide(works[0], in_hours=False, inspections=inspections)
        words = [now.reason, *_in_hours(first, now)]
        return Cover("bill", BILLABLE, " ".join([*words, *_trip(kind, cover, inspections)]))
    words = [paid.reason] if paid is first else [paid.reason, first.reason]
    if not is_open:
        work = works[decisions.index(paid)]
        words += _out_of_hours(cover.decide(work, in_hours=False, inspections=inspections))
    words += _trip(kind, cover, inspections)
    return Cover("yes", COVERED, " ".join(words), (paid.clause,))


def _in_hours(usual: Decision, now: Decision) -> list[str]:
    if usual.rate is None or usual.rate == now.rate:
        return []
    return [f"In business hours: {usual.rate.words}."]


def _out_of_hours(now: Decision) -> list[str]:
    return [f"Now: {now.rate.words}."] if now.rate is not None else []


def _trip(kind: Kind, cover: CoverOf, inspections: int) -> list[str]:
    if kind not in ON_SITE:
        return []
    trip = cover.decide(Work.TRIP, inspections=inspections, errand=WORKS_OF_KIND[kind][0])
    return [] if trip.rate is None else [f"A visit is charged: {trip.rate.words}."]


def cover_of_decision(decision: Decision) -> Cover:
    """Return one verdict as pages show it."""
    if decision.covered:
        return Cover("yes", COVERED, decision.reason, (decision.clause,))
    return Cover("bill", BILLABLE, decision.reason)
