"""Precomputed open time: windows in UTC, cumulative open time, and questions by binary search.

Everything here is whole microseconds since 1970 UTC. A `Table` is immutable, so that a reader in
another thread never sees a half-built one: growing makes a new table, in which earlier positions
keep their values.
"""

import datetime as dt
import threading
from bisect import bisect_left, bisect_right
from itertools import accumulate

from contracts.sla.errors import CalendarError, CalendarNeverCloses, CalendarNeverOpens
from contracts.sla.spec import DAY, FIRST_YEAR, LAST_YEAR, CalendarSpec, Window, merged
from contracts.sla.zonetime import EPOCH_ORDINAL, WallClock

REACH = 3_653 * DAY
"""Ten years: how long a closure may last before a calendar counts as never opening."""


def _new_year(year: int) -> int:
    return (dt.date(year, 1, 1).toordinal() - EPOCH_ORDINAL) * DAY


EARLIEST = _new_year(FIRST_YEAR)
LATEST = _new_year(LAST_YEAR + 1)


class Table:
    """The open windows of some years, and the open time up to each closing.

    `shift[i]` is closing minus cumulative open time, so that "cumulative + shift" is an instant in
    window i. Answers are complete only from `valid_from` to `valid_to`: near the edges a
    neighbouring year's windows may still reach in.
    """

    __slots__ = (
        "base",
        "ends",
        "first_year",
        "last_year",
        "long_closures",
        "shift",
        "starts",
        "total",
        "valid_from",
        "valid_to",
    )

    def __init__(self, first_year: int, last_year: int, windows: tuple[Window, ...]) -> None:
        self.first_year = first_year
        self.last_year = last_year
        self.valid_from = _new_year(first_year) + 4 * DAY
        self.valid_to = _new_year(last_year + 1) - 2 * DAY
        self.starts = [opens for opens, _ in windows]
        self.ends = [closes for _, closes in windows]
        self.long_closures = self._closures_beyond_reach()
        self._count_from(0)

    def position(self, instant: int) -> int:
        """Return the cumulative open time at an instant inside the valid range."""
        index = bisect_right(self.starts, instant) - 1
        if index < 0:
            return self.base
        return instant - self.shift[index] if instant < self.ends[index] else self.total[index]

    def keep_positions_of(self, older: "Table") -> None:
        """Count so that every position that `older` knew keeps its value."""
        change = older.position(older.valid_from) - self.position(older.valid_from)
        if change:
            self._count_from(change)

    def _count_from(self, base: int) -> None:
        lengths = [closes - opens for opens, closes in zip(self.starts, self.ends, strict=True)]
        self.base = base
        self.total = list(accumulate(lengths, initial=base))[1:]
        self.shift = [closes - total for closes, total in zip(self.ends, self.total, strict=True)]

    def _closures_beyond_reach(self) -> list[Window]:
        closes = [self.valid_from, *self.ends]
        opens = [*self.starts, self.valid_to]
        return [
            (closed, opened)
            for closed, opened in zip(closes, opens, strict=True)
            if opened - closed > REACH
        ]


class Openings:
    """A calendar's open time, built by year when first asked for."""

    __slots__ = ("_growing", "_holidays", "_spec", "_special", "_years", "table")

    def __init__(self, spec: CalendarSpec) -> None:
        self._spec = spec
        self._holidays = frozenset(day.toordinal() for day in spec.holidays)
        self._special = {day.toordinal(): hours for day, hours in spec.special_hours.items()}
        self._years: dict[int, list[Window]] = {}
        self._growing = threading.Lock()
        self.table: Table | None = None

    def covering(self, first: int, last: int) -> Table:
        """Return a table whose answers are complete from `first` to `last`."""
        table = self.table
        if table is not None and table.valid_from <= first and last <= table.valid_to:
            return table
        if first < EARLIEST or last >= LATEST:
            raise CalendarError(
                "an instant is outside the years that calendars cover.",
                remedy=f"Give a date between {FIRST_YEAR} and {LAST_YEAR}.",
            )
        return self._grown(_year(first - 4 * DAY), _year(last + 2 * DAY))

    def forward(self, start: int, target: int, table: Table) -> int:
        """Return the earliest instant with cumulative open time `target`, ahead of `start`."""
        while True:
            index = bisect_left(table.total, target)
            if index < len(table.total):
                instant = target + table.shift[index]
                if instant <= table.valid_to:
                    if instant - start > REACH and table.long_closures:
                        _refuse_closure(table, start, instant)
                    return instant
            table = self._longer(table, start)

    def backward(self, start: int, target: int, table: Table) -> int:
        """Return the latest instant with cumulative open time `target`, before `start`."""
        while True:
            index = bisect_right(table.total, target)
            if target >= table.base and index < len(table.total):
                instant = target + table.shift[index]
                if instant >= table.valid_from:
                    if start - instant > REACH and table.long_closures:
                        _refuse_closure(table, instant, start)
                    return instant
            table = self._longer_back(table, start)

    def next_opening(self, instant: int) -> int:
        """Return the instant itself when open, else the next opening."""
        table = self.covering(instant, instant)
        while True:
            index = bisect_right(table.ends, instant)
            if index < len(table.ends) and table.starts[index] <= table.valid_to:
                opening = max(instant, table.starts[index])
                if opening - instant > REACH:
                    raise _never_opens(instant)
                return opening
            table = self._longer(table, instant)

    def next_closing(self, instant: int) -> int:
        """Return the end of the window that is open, or of the next one."""
        opening = self.next_opening(instant)
        table = self.covering(instant, opening)
        while True:
            closing = table.ends[bisect_right(table.ends, opening)]
            if closing <= table.valid_to:
                return closing
            if table.valid_to - opening > REACH or table.last_year > LAST_YEAR:
                raise CalendarNeverCloses(
                    f"is open without a break for ten years from {_when(opening)}.",
                    remedy="Ask only calendars that close for their closing time.",
                )
            table = self._longer(table, instant)

    def ever_opens(self) -> bool:
        """Return whether the weekly hours or any special date hold open time at all."""
        if any(self._spec.weekly):
            return True
        years = sorted({day.year for day in self._spec.special_hours})
        return any(self._windows_of(year) for year in years)

    def _longer(self, table: Table, start: int) -> Table:
        since = max(start, table.ends[-1]) if table.ends else start
        if table.valid_to - since > REACH:
            raise _never_opens(since)
        if table.last_year > LAST_YEAR:
            raise _runs_out()
        return self._grown(table.first_year, table.last_year + 1)

    def _longer_back(self, table: Table, start: int) -> Table:
        until = min(start, table.starts[0]) if table.starts else start
        if until - table.valid_from > REACH:
            raise _never_opens(until, "before")
        if table.first_year < FIRST_YEAR:
            raise _runs_out()
        return self._grown(table.first_year - 1, table.last_year)

    def _grown(self, first_year: int, last_year: int) -> Table:
        """Return, and keep, a table that covers these years too."""
        # One at a time: two first tables would count from different beginnings.
        with self._growing:
            table = self._built(self.table, first_year, last_year)
            self.table = table
        return table

    def _built(self, old: Table | None, first_year: int, last_year: int) -> Table:
        # Growing by half at least keeps the whole cost of many small steps in proportion.
        if old is not None:
            half = (old.last_year - old.first_year + 1) // 2
            if first_year < old.first_year:
                first_year = max(min(first_year, old.first_year - half), FIRST_YEAR - 1)
            if last_year > old.last_year:
                last_year = min(max(last_year, old.last_year + half), LAST_YEAR + 1)
            first_year = min(first_year, old.first_year)
            last_year = max(last_year, old.last_year)
        windows: list[Window] = []
        for year in range(first_year, last_year + 1):
            windows += self._windows_of(year)
        table = Table(first_year, last_year, merged(windows))
        if old is not None:
            table.keep_positions_of(old)
        return table

    def _windows_of(self, year: int) -> list[Window]:
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = self._computed(year)
        return known

    def _computed(self, year: int) -> list[Window]:
        first = dt.date(year, 1, 1).toordinal()
        last = dt.date(year, 12, 31).toordinal()
        clock = WallClock(self._spec.zone, first, last)
        windows: list[Window] = []
        for ordinal in range(first, last + 1):
            hours = self._hours_on(ordinal)
            if hours:
                windows += clock.real_windows(ordinal, hours)
        return windows

    def _hours_on(self, ordinal: int) -> tuple[Window, ...]:
        special = self._special.get(ordinal)
        if special is not None:
            return special
        return () if ordinal in self._holidays else self._spec.weekly[(ordinal - 1) % 7]


def _refuse_closure(table: Table, first: int, last: int) -> None:
    for closed, opens in table.long_closures:
        if min(last, opens) - max(first, closed) > REACH:
            raise _never_opens(max(first, closed))


def _year(instant: int) -> int:
    return dt.date.fromordinal(instant // DAY + EPOCH_ORDINAL).year


def _when(instant: int) -> str:
    return str(dt.date.fromordinal(instant // DAY + EPOCH_ORDINAL))


def _never_opens(instant: int, side: str = "after") -> CalendarNeverOpens:
    return CalendarNeverOpens(
        f"has no open time in the ten years {side} {_when(instant)}.",
        remedy="Give the calendar weekly hours, or special hours nearer to that date.",
    )


def _runs_out() -> CalendarNeverOpens:
    return CalendarNeverOpens(
        f"does not have that much open time between {FIRST_YEAR} and {LAST_YEAR}.",
        remedy="Ask for a shorter time, or give the calendar more hours.",
    )
