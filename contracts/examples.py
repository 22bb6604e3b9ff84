"""Worked examples: what an amount of time means on a calendar, computed by the clock itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from contracts.sla import ServiceCalendar, Target, Unit, full_instant

UNIT_WORDS = {
    Unit.BUSINESS: "Business hours",
    Unit.ELAPSED: "Elapsed hours",
    Unit.ELAPSED_TO_OPENING: "Elapsed hours, moved to the next opening",
}
UNIT_MEANING = {
    Unit.BUSINESS: "Only business hours count.",
    Unit.ELAPSED: "Every hour counts, nights and weekends too.",
    Unit.ELAPSED_TO_OPENING: "Every hour counts; a deadline while we are closed moves to the next"
    " opening.",
}
STANDARD_TARGETS = (
    Target(timedelta(hours=8), Unit.BUSINESS),
    Target(timedelta(hours=24), Unit.BUSINESS),
)
FRIDAY = 4
FRIDAYS_TRIED = 8
LATE_ON_FRIDAY = time(16, 0)


@dataclass(frozen=True, slots=True)
class Example:
    """One promise worked out: from when to when, in the calendar's zone, in words."""

    title: str
    meaning: str
    start: str
    due: str


def units_explained(
    calendar: ServiceCalendar, amount: timedelta, now: datetime
) -> tuple[Example, ...]:
    """Return what `amount` means in each unit, for the next Friday at 16:00."""
    start = next_friday(calendar, now)
    return tuple(example(Target(amount, unit), calendar, start, now) for unit in UNIT_WORDS)


def targets_explained(
    targets: Iterable[Target], calendar: ServiceCalendar, now: datetime, start: datetime
) -> tuple[Example, ...]:
    """Return each target worked out for a problem reported at `start`."""
    return tuple(example(target, calendar, start, now) for target in targets)


def standard_examples(
    calendar: ServiceCalendar, now: datetime, *, start: datetime | None = None
) -> tuple[Example, ...]:
    """Return 8 and 24 business hours worked out, from the next Friday at 16:00 unless told."""
    start = start or next_friday(calendar, now)
    return targets_explained(STANDARD_TARGETS, calendar, now, start)


def example(target: Target, calendar: ServiceCalendar, start: datetime, now: datetime) -> Example:
    """Return one target worked out."""
    return Example(
        title=target.words(),
        meaning=UNIT_MEANING[target.unit],
        start=full_instant(start, calendar.zone, now),
        due=full_instant(target.due(calendar, start), calendar.zone, now),
    )


def next_friday(calendar: ServiceCalendar, now: datetime) -> datetime:
    """Return 16:00 on the next Friday on the calendar's wall clock, as an instant in UTC.

    Late on a Friday shows the most: a little counts the same day, the weekend does not, the rest
    counts in the week after.
    """
    today = now.astimezone(calendar.zone).date()
    first = today + timedelta(days=(FRIDAY - today.weekday()) % 7 or 7)
    fridays = [
        datetime.combine(first + timedelta(weeks=week), LATE_ON_FRIDAY, calendar.zone)
        for week in range(FRIDAYS_TRIED)
    ]
    # A Friday that is a day off would show nothing.
    return next(filter(calendar.is_open, fridays), fridays[0]).astimezone(UTC)
