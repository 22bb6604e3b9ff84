"""What pages tell about the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.contract_page import PromiseLine, promise_lines
from contracts.models import Calendar, Clause, Tier, TierClause
from contracts.promised import service_calendar
from contracts.sla import Promise


class Offer(StrEnum):
    """How a tier offers a clause."""

    INCLUDED = "Included"
    EXTRA = "At extra cost"
    NOT_OFFERED = "Not in this tier"


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """A clause with the tiers and what each offers of it, in the order of the tiers."""

    clause: Clause
    offers: Sequence[tuple[Tier, Offer]]


@dataclass(frozen=True, slots=True)
class TierInWords:
    """One tier: its promise worked out on the default calendar, and its clauses."""

    promise: Promise
    lines: Sequence[PromiseLine]
    clauses: Sequence[TierClause]


def clause_table(tiers: Sequence[Tier]) -> list[ClauseRow]:
    """Return every clause with what each tier says of it. Two queries."""
    offered = {
        (row.tier_id, row.clause_id): Offer.EXTRA if row.is_optional else Offer.INCLUDED
        for row in TierClause.objects.all()
    }
    return [
        ClauseRow(
            clause,
            [(tier, offered.get((tier.pk, clause.pk), Offer.NOT_OFFERED)) for tier in tiers],
        )
        for clause in Clause.objects.order_by("position")
    ]


def tier_in_words(tier: Tier, now: datetime) -> TierInWords:
    """Put a tier into words."""
    promise = Promise.from_dict(tier.promise)
    calendar = Calendar.objects.filter(is_default=True).first()
    lines = promise_lines(promise, service_calendar(calendar.newest().pk), now) if calendar else []
    clauses = tier.tier_clauses.select_related("clause").order_by("clause__position")
    return TierInWords(promise, lines, list(clauses))
