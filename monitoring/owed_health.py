"""Which system is owed a health check under which contract, month by month. Pure (HEALTH)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from monitoring.periods import DAY, Month, Span, months_owed


@dataclass(frozen=True, slots=True)
class CoverSpan:
    """Days, both included, on which one version of a contract's terms covers a system.

    `rank` orders covers that overlap: the lowest is the nearest and alone decides. `today` is the
    day that it is in the contract's zone; later days are not owed yet.
    """

    contract_id: int
    rank: tuple[int, int]
    starts_on: date
    ends_on: date | None
    has_health: bool
    today: date

    def covers(self, day: date) -> bool:
        """Does it cover the system on a day that has come?"""
        return self.starts_on <= day <= min(self.today, self.ends_on or self.today)

    def known_from(self, day: date) -> CoverSpan:
        """Return the same for a system that nobody knew of before a day."""
        return replace(self, starts_on=day) if day > self.starts_on else self


@dataclass(frozen=True, slots=True)
class Owed:
    """That a month's health check of a system is owed under a contract."""

    month: Month
    contract_id: int


def owed_checks(spans: Iterable[CoverSpan], *, since: Month) -> list[Owed]:
    """Return what is owed for one system by today, oldest first: one for each month at most.

    A month is owed when on one of its days the nearest cover holds the clause; of several such
    covers the first of the month decides which contract it is owed under.
    """
    promised = list(spans)
    decided = ((month, _contract_of(promised, month)) for month in _months(promised, since))
    return [Owed(month, contract_id) for month, contract_id in decided if contract_id is not None]


def _months(spans: Sequence[CoverSpan], since: Month) -> list[Month]:
    months: set[Month] = set()
    for span in spans:
        if span.has_health:
            months.update(
                months_owed([Span(span.starts_on, span.ends_on)], span.today, since=since)
            )
    return sorted(months)


def _contract_of(spans: Sequence[CoverSpan], month: Month) -> int | None:
    # Between these days nothing can change.
    turns = {month.first, *(span.starts_on for span in spans)}
    turns |= {span.ends_on + DAY for span in spans if span.ends_on is not None}
    for day in sorted(turn for turn in turns if Month.of(turn) == month):
        if (nearest := _nearest(spans, day)) is not None and nearest.has_health:
            return nearest.contract_id
    return None


def _nearest(spans: Sequence[CoverSpan], day: date) -> CoverSpan | None:
    covering = [span for span in spans if span.covers(day)]
    return min(covering, key=lambda span: span.rank, default=None)
