"""Which contract owes a health check in which month. Pure (clause HEALTH)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
DECEMBER = 12


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month of a day."""
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        """Return its first day."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """Return its last day."""
        return self.next().first - DAY

    def next(self) -> Month:
        """Return the month after."""
        if self.month == DECEMBER:
            return Month(self.year + 1, 1)
        return Month(self.year, self.month + 1)

    def before(self) -> Month:
        """Return the month before."""
        return Month.of(self.first - DAY)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, slots=True)
class Span:
    """Days on which a system is promised a health check, both included; no end: for ever."""

    starts_on: date
    ends_on: date | None = None


def months_owed(spans: Iterable[Span], today: date, *, since: Month) -> list[Month]:
    """Return the months, oldest first, for which a check is owed by `today`.

    A month is owed once, however many spans touch it, from its first promised day on: a contract
    that begins on the 20th owes that month too. Months before `since` are not asked for.
    """
    owed: set[Month] = set()
    for span in spans:
        owed.update(_months(span, today, since))
    return sorted(owed)


def _months(span: Span, today: date, since: Month) -> Iterator[Month]:
    last = Month.of(min(today, span.ends_on or today))
    first_day = max(span.starts_on, since.first)
    if first_day > today or (span.ends_on and span.ends_on < first_day):
        return
    month = Month.of(first_day)
    while month <= last:
        yield month
        month = month.next()
