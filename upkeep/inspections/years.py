"""Which contract owes an inspection in which of its years, and in which days. Pure (INSPECT).

The clause promises one inspection in each year of the contract, and contracts.coverage pays for one
in each: both count years from the contract's first day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

DAY = timedelta(days=1)
# A system that is covered for less of a year is looked at in the next one.
SHORTEST = timedelta(days=90)
# The next year's inspection is planned so long before that year begins.
AHEAD = timedelta(days=45)


@dataclass(frozen=True, slots=True, order=True)
class Days:
    """Days from a first to a last one, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def length(self) -> timedelta:
        """Return how long they are."""
        return self.last - self.first + DAY


@dataclass(frozen=True, slots=True)
class CoverSpan:
    """Days, both included, on which one version of a contract's terms covers a system.

    `rank` orders covers that overlap: the lowest is the nearest and alone decides. `anchor` is the
    contract's first day, from which its years are counted.
    """

    contract_id: int
    anchor: date
    rank: tuple[int, int]
    starts_on: date
    ends_on: date | None
    has_inspections: bool

    def covers(self, day: date) -> bool:
        """Does it cover the system on a day?"""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def known_from(self, day: date) -> CoverSpan:
        """Return the same for a system that nobody knew of before a day."""
        return replace(self, starts_on=day) if day > self.starts_on else self


@dataclass(frozen=True, slots=True)
class Owed:
    """That an inspection is owed under a contract for one of its years.

    `covered` are the days of that year on which the clause is in force for the system.
    """

    contract_id: int
    year: Days
    covered: Days


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When in a year an inspection is meant to be.

    The first one `first_after` the beginning, later ones a year after the one before; from `early`
    before that day to `late` after it.
    """

    first_after: timedelta = timedelta(days=182)
    early: timedelta = timedelta(days=30)
    late: timedelta = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Window:
    """The days in which an inspection is to be made, and the one that is meant."""

    earliest: date
    target: date
    latest: date


def owed_inspections(
    spans: Iterable[CoverSpan], today: date, year_of: Callable[[date, date], tuple[date, date]]
) -> list[Owed]:
    """Return what is owed for one system in the years that run today or begin soon, oldest first.

    `year_of(anchor, day)` is contracts.coverage.contract_year. Years that are over are not made up
    for: nobody can inspect a system in the past.
    """
    known = list(spans)
    found: dict[tuple[int, date], Owed] = {}
    for day in (today, today + AHEAD):
        for span in known:
            if not span.has_inspections:
                continue
            year = Days(*year_of(span.anchor, day))
            covered = _covered(known, span.contract_id, year)
            if covered is not None and covered.length >= SHORTEST and covered.last >= today:
                found[span.contract_id, year.first] = Owed(span.contract_id, year, covered)
    return sorted(found.values(), key=lambda one: (one.year, one.contract_id))


def window_of(covered: Days, previous: date | None, rhythm: Rhythm | None = None) -> Window:
    """Return when the inspection is to be made: always within the days that are covered."""
    rhythm = rhythm or Rhythm()
    meant = _a_year_after(previous) if previous else covered.first + rhythm.first_after
    target = min(max(meant, covered.first), covered.last)
    return Window(
        earliest=max(covered.first, target - rhythm.early),
        target=target,
        latest=min(covered.last, target + rhythm.late),
    )


def propose_day(
    window: Window,
    not_before: date,
    is_open: Callable[[date], bool],
    taken: Mapping[date, int],
    most_a_day: int = 2,
) -> date | None:
    """Return the open day of the window that is nearest to the one meant; None when none is left.

    Days on which `most_a_day` inspections are planned already are taken only when all are so full.
    """
    days = [day for day in _days(max(window.earliest, not_before), window.latest) if is_open(day)]
    if not days:
        return None
    return min(
        days,
        key=lambda day: (
            max(0, taken.get(day, 0) - most_a_day + 1),
            abs(day - window.target),
            day,
        ),
    )


def _covered(spans: Sequence[CoverSpan], contract_id: int, year: Days) -> Days | None:
    """Return first and last day of a year on which the contract's clause decides for the system."""
    # Between these days nothing can change.
    turns = {year.first}
    for span in spans:
        turns.add(span.starts_on)
        if span.ends_on is not None:
            turns.add(span.ends_on + DAY)
    ordered = sorted(day for day in turns if day in year)
    ends = [day - DAY for day in ordered[1:]] + [year.last]
    stretches = [
        Days(first, last)
        for first, last in zip(ordered, ends, strict=True)
        if _is_promised(spans, contract_id, first)
    ]
    return Days(stretches[0].first, stretches[-1].last) if stretches else None


def _is_promised(spans: Sequence[CoverSpan], contract_id: int, day: date) -> bool:
    covering = [span for span in spans if span.covers(day)]
    nearest = min(covering, key=lambda span: span.rank, default=None)
    return nearest is not None and nearest.has_inspections and nearest.contract_id == contract_id


def _a_year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)


def _days(first: date, last: date) -> list[date]:
    return [first + DAY * number for number in range((last - first).days + 1)]
