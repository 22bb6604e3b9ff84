"""When planned work is going on: windows that come once or again and again. Pure.

A window begins at a wall-clock time of its zone and lasts a stretch of real time: one of two hours
is two hours long on the night the clocks change too. A wall time that occurs twice means the first;
one that does not exist means the instant of the change. The beginning belongs to a window, its end
does not. All instants that come back are UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from contracts.sla.zonetime import EPOCH, instant_of_wall

DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
WEEK = 7
# The fifth weekday of a month means the last one: not every month has five.
LAST = 5
# The longest that a window lets others wait for it: a month, and the length of the longest one.
HORIZON = 40


class Repeats(StrEnum):
    """How often a window comes."""

    ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Window(NamedTuple):
    """From an instant to an instant, the second one excluded."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Rule:
    """When a window comes. `on` is the day of the first one, `until` the last day of any.

    `weekdays` (1 Monday … 7 Sunday) belong to WEEKLY; none means the weekday of `on`. MONTHLY comes
    on the same weekday of each month as `on`, such as the second Tuesday; the fifth means the last.
    """

    on: date
    at: time
    zone: ZoneInfo
    length: timedelta
    repeats: Repeats = Repeats.ONCE
    weekdays: frozenset[int] = field(default_factory=frozenset)
    until: date | None = None

    def is_on(self, day: date) -> bool:
        """Does a window begin on this day?"""
        if day < self.on or (self.until is not None and day > self.until):
            return False
        match self.repeats:
            case Repeats.ONCE:
                return day == self.on
            case Repeats.DAILY:
                return True
            case Repeats.WEEKLY:
                return day.isoweekday() in (self.weekdays or {self.on.isoweekday()})
            case Repeats.MONTHLY:
                return day.weekday() == self.on.weekday() and _is_same_week(self.on, day)

    def window_of(self, day: date) -> Window:
        """Return the window that begins on a day."""
        wall = datetime.combine(day, self.at.replace(tzinfo=None)) - EPOCH.replace(tzinfo=None)
        starts_at = EPOCH + instant_of_wall(self.zone, wall // MICROSECOND) * MICROSECOND
        return Window(starts_at, starts_at + self.length)


def windows_between(rule: Rule, start: datetime, end: datetime) -> Iterator[Window]:
    """Yield the windows of which a part lies in [start, end), whole, the earliest first."""
    # A zone's day begins up to a day before or after that of UTC.
    day = max(rule.on, (start.astimezone(UTC) - rule.length).date() - DAY)
    last = end.astimezone(UTC).date() + DAY
    if rule.repeats is Repeats.ONCE:
        last = min(last, rule.on)
    while day <= last:
        if rule.is_on(day):
            window = rule.window_of(day)
            if window.starts_at < end and start < window.ends_at:
                yield window
        day += DAY


def window_at(rule: Rule, instant: datetime) -> Window | None:
    """Return the window in which an instant lies; of several the one that ends last."""
    found = windows_between(rule, instant, instant + MICROSECOND)
    return max(found, key=lambda window: window.ends_at, default=None)


def next_window(rule: Rule, instant: datetime) -> Window | None:
    """Return the first window that begins at `instant` or later; None when there is none left."""
    first = max(rule.on, instant.astimezone(UTC).date() - DAY)
    for ahead in range(HORIZON):
        day = first + ahead * DAY
        if rule.is_on(day) and (window := rule.window_of(day)).starts_at >= instant:
            return window
    return None


def quiet_until(rules: Iterable[Rule], instant: datetime) -> datetime | None:
    """Return when planned work that goes on at `instant` is over; None when none does.

    Windows of several rules that overlap or touch are one.
    """
    known, end = list(rules), instant
    # Ever longer windows that hang together have no end: a year is as good as none.
    while end < instant + 366 * DAY:
        windows = [window for rule in known if (window := window_at(rule, end))]
        if not windows:
            break
        end = max(window.ends_at for window in windows)
    return end if end > instant else None


def quiet_stretches(rules: Iterable[Rule], start: datetime, end: datetime) -> list[Window]:
    """Return when planned work goes on in [start, end): clipped to it, joined, in order."""
    found = sorted(window for rule in rules for window in windows_between(rule, start, end))
    joined: list[Window] = []
    for window in found:
        starts_at, ends_at = max(window.starts_at, start), min(window.ends_at, end)
        if joined and starts_at <= joined[-1].ends_at:
            joined[-1] = Window(joined[-1].starts_at, max(joined[-1].ends_at, ends_at))
        else:
            joined.append(Window(starts_at.astimezone(UTC), ends_at.astimezone(UTC)))
    return joined


def _is_same_week(first: date, day: date) -> bool:
    place = (first.day - 1) // WEEK + 1
    if place == LAST:
        return (day + WEEK * DAY).month != day.month
    return (day.day - 1) // WEEK + 1 == place
