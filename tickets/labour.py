"""Labour before it is written: what was done, cut at business hours, rounded, and judged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.db.models import Q

from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.tenancy import database_now
from contracts.cover_of import CoverOf, cover_of
from contracts.coverage import Decision, Rate, Work
from contracts.day_words import spell_day
from contracts.models import Device
from contracts.rates import price_of, round_minutes
from tickets.models import LabourEntry, Ticket
from tickets.stretches import MINUTE, Stretch, share_out, stretches, to_the_minute

LONGEST = timedelta(hours=24)
NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class LabourFacts:
    """What a technician says of the work. `is_foreign`: on equipment that is on no list."""

    work: Work
    started_at: datetime
    ended_at: datetime
    device_id: int | None = None
    is_foreign: bool = False
    note: str = ""
    trip: bool = False

    @classmethod
    def of(cls, entry: LabourEntry) -> LabourFacts:
        """Return what a stored entry says."""
        return cls(
            work=Work(entry.work),
            started_at=entry.started_at,
            ended_at=entry.ended_at,
            device_id=entry.device_id,
            is_foreign=entry.equipment == "foreign" and entry.device_id is None,
            note=entry.note,
            trip=entry.trip,
        )

    @property
    def minutes(self) -> int:
        """Return how long it took."""
        return (self.ended_at - self.started_at) // MINUTE


@dataclass(frozen=True, slots=True)
class JudgedLine:
    """A stretch of the work, or its trip, with the verdict and the money."""

    work: Work
    stretch: Stretch
    minutes: int
    charged: int
    decision: Decision
    worth: Decimal

    @property
    def amount(self) -> Decimal:
        """Return what the customer pays."""
        return NOTHING if self.decision.covered else self.worth

    @property
    def rate(self) -> Rate:
        """Return the rate. Raises LookupError for a line that has no price."""
        if self.decision.worth is None:
            raise LookupError("A line without a price is never written.")
        return self.decision.worth


@dataclass(frozen=True, slots=True)
class Judged:
    """Work with its lines: what is frozen when it is written down."""

    facts: LabourFacts
    cover: CoverOf
    charged: int
    lines: tuple[JudgedLine, ...]


def judge(ticket: Ticket, facts: LabourFacts) -> Judged:
    """Return the verdicts on work: by the contract and warranty of the day on which it began.

    A constant number of queries. Raises BadInput for times that cannot be and devices that are not
    the customer's, RuleBroken where there is no price list yet.
    """
    facts = _checked(ticket, facts)
    cover = cover_of(
        customer_id=ticket.customer_id,
        site_id=ticket.site_id,
        device_id=facts.device_id,
        at=facts.started_at,
    )
    if facts.is_foreign:
        cover = cover.of_foreign_equipment()
    if cover.prices is None:
        raise RuleBroken(
            f"There is no price list for {spell_day(cover.day)}, so nothing can be charged.",
            remedy="Ask an administrator to publish one under Labour rates.",
        )
    charged = round_minutes(facts.minutes, cover.prices.rounding)
    lines = tuple(_lines(ticket, facts, cover, charged))
    return Judged(facts, cover, charged, lines)


def inspections_before(
    customer_id: int, device_id: int | None, cover: CoverOf, of: Ticket | None = None
) -> int:
    """Count the inspections of a device that INSPECT paid for in the contract's year.

    One inspection is one ticket, however many people and days it took; that of `of` is left out.
    """
    if cover.year is None:
        return 0
    rows = LabourEntry.objects.standing().filter(
        Q(device_id=device_id) if device_id is not None else Q(device_id__isnull=True),
        customer_id=customer_id,
        work=Work.INSPECTION,
        day__range=cover.year,
        contract_number=cover.contract_number,
        lines__clause="INSPECT",
    )
    others = rows.exclude(ticket_id=of.pk) if of is not None else rows
    return others.values("ticket").distinct().count()


def _lines(ticket: Ticket, facts: LabourFacts, cover: CoverOf, charged: int) -> list[JudgedLine]:
    parts = stretches(facts.started_at, facts.ended_at, cover.calendar)
    shares = share_out([part.minutes for part in parts], charged)
    before = 0
    if facts.work is Work.INSPECTION:
        before = inspections_before(ticket.customer_id, facts.device_id, cover, of=ticket)
    lines = []
    for part, share in zip(parts, shares, strict=True):
        decision = cover.decide(facts.work, in_hours=part.in_hours, inspections=before)
        worth = price_of(share, decision.worth.amount) if decision.worth else NOTHING
        lines.append(JudgedLine(facts.work, part, part.minutes, share, decision, worth))
    if facts.trip:
        decision = cover.decide(Work.TRIP, inspections=before, errand=facts.work)
        worth = decision.worth.amount if decision.worth else NOTHING
        lines.append(JudgedLine(Work.TRIP, parts[0], 0, 0, decision, worth))
    return lines


def _checked(ticket: Ticket, facts: LabourFacts) -> LabourFacts:
    start, end = (to_the_minute(at.astimezone(UTC)) for at in (facts.started_at, facts.ended_at))
    if end <= start:
        raise BadInput(
            "This takes no time.", field="end", remedy="Choose an end after the beginning."
        )
    if end - start > LONGEST:
        raise BadInput(
            "This is more than 24 hours.", field="end", remedy="Log each day's work by itself."
        )
    if end > database_now():
        raise BadInput(
            "This lies in the future.", field="end", remedy="Log work when it has been done."
        )
    if facts.device_id is not None and not _is_theirs(ticket, facts.device_id):
        raise BadInput(
            "There is no such device at this customer.",
            field="device",
            remedy="Choose one of the list, or leave it open.",
        )
    return replace(facts, started_at=start, ended_at=end)


def _is_theirs(ticket: Ticket, device_id: int) -> bool:
    return Device.objects.filter(pk=device_id, customer_id=ticket.customer_id).exists()
