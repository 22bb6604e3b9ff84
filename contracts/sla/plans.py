"""A plan: one clock's deadline under the terms, holds and closed stretches known at an instant."""

import datetime as dt
from dataclasses import dataclass

from contracts.sla.calendar import ServiceCalendar
from contracts.sla.pauses import Pause
from contracts.sla.promises import Promise
from contracts.sla.targets import Metric, Party, Priority, Target, Unit


@dataclass(frozen=True, slots=True)
class Hold:
    """Waiting for a party from `start`; `end` is None while nothing has ended it.

    `until` is the promised date, at which a hold ends by itself.
    """

    start: dt.datetime
    end: dt.datetime | None
    party: Party
    reason: str = ""
    until: dt.datetime | None = None

    @property
    def known_end(self) -> dt.datetime | None:
        """When it ended or will end by itself; None when nobody knows yet."""
        ends = [end for end in (self.end, self.until) if end is not None]
        return max(min(ends), self.start) if ends else None

    def covers(self, instant: dt.datetime) -> bool:
        """Return whether the hold is on at the instant."""
        end = self.known_end
        return self.start <= instant and (end is None or instant < end)


@dataclass(frozen=True, slots=True)
class Plan:
    """A deadline and everything that decided it.

    `cap` is a stricter deadline taken over from a merged ticket. `open_ended` says that the clock
    is held with no promised date: `due` then assumes that it resumes at `as_of`.
    """

    metric: Metric
    priority: Priority
    promise: Promise
    calendar: ServiceCalendar
    target: Target
    start: dt.datetime
    holds: tuple[Hold, ...]
    closures: tuple[Pause, ...]
    cap: dt.datetime | None
    as_of: dt.datetime
    due: dt.datetime

    @property
    def pausing_holds(self) -> tuple[Hold, ...]:
        """The holds that stop this clock: the response clock never pauses."""
        if self.metric is Metric.RESPOND:
            return ()
        return tuple(hold for hold in self.holds if hold.party in self.promise.pausing)

    @property
    def pauses(self) -> tuple[Pause, ...]:
        """Everything that doesn't count, as (from, to)."""
        return self.closures + pauses_of(self.pausing_holds, self.as_of)

    @property
    def open_ended(self) -> bool:
        """Whether a hold without promised date is on, so that the deadline is unknown."""
        return any(hold.known_end is None for hold in self.pausing_holds)

    def rungs(self) -> tuple[tuple[int, dt.datetime], ...]:
        """Return the instants of the warning shares, and of the deadline as share 100."""
        warned = []
        for share in self.promise.warn_shares:
            part = self.target.amount * share // 100
            reached = self.target.reached(self.calendar, self.start, part, self.pauses)
            warned.append((share, min(reached, self.due)))
        return (*warned, (100, self.due))

    def counted(self, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
        """Return the time in [start, end) that counts for this clock, in its unit."""
        return self.target.counted(self.calendar, start, end, self.pauses)


def pauses_of(holds: tuple[Hold, ...], as_of: dt.datetime) -> tuple[Pause, ...]:
    """Return holds as (from, to); one without a known end lasts until `as_of`."""
    return tuple((hold.start, hold.known_end or max(as_of, hold.start)) for hold in holds)


def target_for_cap(calendar: ServiceCalendar, start: dt.datetime, cap: dt.datetime) -> Target:
    """Return the target that a deadline taken over amounts to, where the terms promise nothing."""
    open_time = calendar.between(start, cap)
    seconds = max(open_time.days * 86_400 + open_time.seconds, 1)
    return Target(dt.timedelta(seconds=seconds), Unit.BUSINESS)
