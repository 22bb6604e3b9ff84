"""When updates may begin at a site: on some days of the week, from an hour of its wall on. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
WEEK = frozenset(range(1, 8))


@dataclass(frozen=True, slots=True)
class Window:
    """Hours that begin at `opens_at` of a site's day, and may pass midnight.

    `weekdays` are those on which it opens, 1 (Monday) to 7; `starts_on` is the first day.
    """

    starts_on: date
    opens_at: time
    length: timedelta
    weekdays: frozenset[int]

    def is_open(self, at: datetime, zone: ZoneInfo) -> bool:
        """May an update begin at this instant?"""
        today = at.astimezone(zone).date()
        # It opened today, or yesterday and goes on past midnight.
        return any(self._holds(day, at, zone) for day in (today - DAY, today))

    def next_opening(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return the first opening (UTC) that is not before `at`."""
        day = max(self.starts_on, at.astimezone(zone).date())
        while not (self._opens_on(day) and self._opening(day, zone) >= at):
            day += DAY
        return self._opening(day, zone)

    def _holds(self, day: date, at: datetime, zone: ZoneInfo) -> bool:
        opening = self._opening(day, zone)
        return self._opens_on(day) and opening <= at < opening + self.length

    def _opens_on(self, day: date) -> bool:
        return day >= self.starts_on and day.isoweekday() in (self.weekdays & WEEK or WEEK)

    def _opening(self, day: date, zone: ZoneInfo) -> datetime:
        # Elapsed time is added in UTC: on the night the clocks change the wall would be wrong.
        return datetime.combine(day, self.opens_at, zone).astimezone(UTC)
