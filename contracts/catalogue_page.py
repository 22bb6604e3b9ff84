"""What pages tell about the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from contracts.catalogue_edit import Changed, ClauseOffer, ClauseWords, TierWords, changed
from contracts.contract_page import METRICS, PRIORITIES, PromiseLine, promise_lines
from contracts.models import Calendar, Clause, Tier, TierClause
from contracts.promised import service_calendar
from contracts.sla import Metric, Priority, Promise, ServiceCalendar, hours
from contracts.wordings import fill_in


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
class ClauseInTier:
    """A clause as a tier offers it, with the wording as it would be signed."""

    row: TierClause
    wording: str
    meaning: str
    price: str


@dataclass(frozen=True, slots=True)
class TierInWords:
    """One tier: its promise worked out on the default calendar, and its clauses."""

    promise: Promise
    lines: Sequence[PromiseLine]
    clauses: Sequence[ClauseInTier]


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
        for clause in Clause.objects.order_by("position", "code")
    ]


def tier_in_words(tier: Tier, now: datetime) -> TierInWords:
    """Put a tier into words."""
    promise = Promise.from_dict(tier.promise)
    calendar = default_hours()
    lines = promise_lines(promise, calendar, now) if calendar else []
    rows = tier.tier_clauses.select_related("clause").order_by("clause__position", "clause__code")
    counted = hours(calendar) if calendar else ""
    clauses = [
        ClauseInTier(
            row,
            fill_in(row.words, promise, counted),
            fill_in(row.meaning, promise, counted),
            price_words(row.monthly_price),
        )
        for row in rows
    ]
    return TierInWords(promise, lines, clauses)


def default_hours() -> ServiceCalendar | None:
    """Return the provider's default calendar; None while there is none."""
    calendar = Calendar.objects.filter(is_default=True).first()
    return service_calendar(calendar.newest().pk) if calendar else None


def price_words(price: Decimal | None) -> str:
    """Say what an optional clause costs."""
    return "Price by agreement" if price is None else f"{price:,.2f} a month"


def changes_of_tier(tier: Tier, words: TierWords) -> list[Changed]:
    """Return what a change of a tier changes."""
    before = Promise.from_dict(tier.promise)
    targets = [
        (
            f"{problem}: {what[0].lower()}{what[1:]}",
            _target_words(before, priority, metric),
            _target_words(words.promise, priority, metric),
        )
        for priority, problem, _ in PRIORITIES
        for metric, what in METRICS
    ]
    named = [("Name", tier.name, words.name), ("In one sentence", tier.summary, words.summary)]
    return changed(named + targets)


def changes_of_clause(clause: Clause, words: ClauseWords) -> list[Changed]:
    """Return what a change of a clause changes."""
    return changed(
        [
            ("Code", clause.code, words.code),
            ("Title", clause.title, words.title),
            ("Wording", clause.wording, words.wording),
            ("What it means to the customer", clause.meaning, words.meaning),
        ]
    )


def changes_of_offer(row: TierClause, offer: ClauseOffer) -> list[Changed]:
    """Return what a change of a clause in a tier changes."""
    return changed(
        [
            ("In this tier", _offered(row.is_optional), _offered(offer.is_optional)),
            ("Price", _price(row.monthly_price), _price(offer.monthly_price)),
            ("Wording", row.words, offer.wording or row.clause.wording),
        ]
    )


def _offered(is_optional: bool) -> str:
    return Offer.EXTRA if is_optional else Offer.INCLUDED


def _price(price: Decimal | None) -> str:
    return "None" if price is None else price_words(price)


def _target_words(promise: Promise, priority: Priority, metric: Metric) -> str:
    target = promise.target(priority, metric)
    return f"within {target.words()}" if target else "No promise"
