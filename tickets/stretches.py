"""Work cut at opening and closing time, and charged minutes shared among the parts. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.sla import ServiceCalendar

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the work that lies in business hours, or outside them."""

    start: datetime
    end: datetime
    in_hours: bool

    @property
    def minutes(self) -> int:
        """Return its length."""
        return (self.end - self.start) // MINUTE


def to_the_minute(moment: datetime) -> datetime:
    """Return the beginning of the minute."""
    return moment.replace(second=0, microsecond=0)


def stretches(start: datetime, end: datetime, calendar: ServiceCalendar) -> list[Stretch]:
    """Cut `start` to `end` (UTC, whole minutes) wherever the calendar opens or closes."""
    return [stretch for stretch in _cut(start, end, calendar) if stretch.minutes > 0]


def share_out(minutes: Sequence[int], charged: int) -> list[int]:
    """Share charged minutes among parts of the work, so that rounding happens once for all.

    What rounding adds goes to the longest part, the first of equals; what it takes away comes from
    the longest first. The sum is `charged`, and no part is below zero.
    """
    shares = list(minutes)
    by_length = sorted(range(len(shares)), key=lambda place: -shares[place])
    extra = charged - sum(shares)
    for place in by_length:
        share = max(0, shares[place] + extra)
        extra -= share - shares[place]
        shares[place] = share
    return shares


def _cut(start: datetime, end: datetime, calendar: ServiceCalendar) -> Iterator[Stretch]:
    cursor = start
    for opens, closes in calendar.windows(start, end):
        opens, closes = to_the_minute(opens), to_the_minute(closes)
        yield Stretch(cursor, opens, in_hours=False)
        yield Stretch(opens, closes, in_hours=True)
        cursor = closes
    yield Stretch(cursor, end, in_hours=False)
