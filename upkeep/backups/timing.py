"""When the next backup of a system is owed: every so often, in the hours that suit its site. Pure.

Instants are UTC; hours are those of the wall at the site, and may pass midnight.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a day in which backups may be taken, at a site. `closes` is not in them."""

    opens: time
    closes: time
    zone: tzinfo

    def hold(self, at: datetime) -> bool:
        """Is it within these hours?"""
        wall = at.astimezone(self.zone).time()
        if self.opens < self.closes:
            return self.opens <= wall < self.closes
        return wall >= self.opens or wall < self.closes

    def next_opening(self, at: datetime) -> datetime:
        """Return the first opening that is not before `at`."""
        day = at.astimezone(self.zone).date() - DAY
        while True:
            # An hour that the change to summer time leaves out is read as the one after it.
            opening = datetime.combine(day, self.opens, self.zone).astimezone(UTC)
            if opening >= at:
                return opening
            day += DAY


def earliest(at: datetime, hours: Hours | None) -> datetime:
    """Return the first instant from `at` on in which a backup may be taken."""
    return at if hours is None or hours.hold(at) else hours.next_opening(at)


def next_due(due: datetime, every: timedelta, now: datetime, hours: Hours | None) -> datetime:
    """Return when the next one is owed after that of `due`; what was missed is not made up for."""
    following = earliest(due + every, hours)
    return following if following > now else earliest(now + every, hours)
