"""Calendars, promises and facts that the tests of the clock share."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from contracts.sla import (
    Fact,
    FactKind,
    Metric,
    Priority,
    Promise,
    ServiceCalendar,
    Target,
    Timeline,
    Unit,
    timeline,
)

PACIFIC = ZoneInfo("America/Los_Angeles")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
EVERY_DAY = (*WEEKDAYS, "sat", "sun")
OFFICE: dict[str, Any] = {
    "tz": "America/Los_Angeles",
    "weekly": {day: [["08:00", "17:00"]] for day in WEEKDAYS},
    "holidays": ["2026-01-01", "2026-07-03", "2026-11-26", "2026-12-25"],
}
AROUND_THE_CLOCK: dict[str, Any] = {
    "tz": "UTC",
    "weekly": {day: [["00:00", "24:00"]] for day in EVERY_DAY},
}

office = ServiceCalendar.from_dict(OFFICE)
around_the_clock = ServiceCalendar.from_dict(AROUND_THE_CLOCK)


def hours(count: float) -> dt.timedelta:
    return dt.timedelta(hours=count)


def pacific(text: str, *, fold: int = 0) -> dt.datetime:
    """Return a wall-clock time in Los Angeles, such as "2026-06-15 10:00"."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=PACIFIC, fold=fold)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def wall(instant: dt.datetime) -> str:
    """Return an instant as Los Angeles shows it, with the zone's letters."""
    return instant.astimezone(PACIFIC).strftime("%Y-%m-%d %H:%M %Z")


def promise(
    respond: float = 8, resolve: float | None = 8, minor: float = 24, **terms: Any
) -> Promise:
    """Return business-hour targets: emergencies in `respond` and `resolve`, minor in `minor`."""
    amounts = {
        (Priority.EMERGENCY, Metric.RESPOND): respond,
        (Priority.MINOR, Metric.RESPOND): minor,
        (Priority.EMERGENCY, Metric.RESOLVE): resolve,
        (Priority.MINOR, Metric.RESOLVE): None if resolve is None else minor,
    }
    targets = {
        key: Target(hours(amount), Unit.BUSINESS)
        for key, amount in amounts.items()
        if amount is not None
    }
    return Promise("Tier 2", targets, **terms)


PROMISES = {
    "tier-2": promise(),
    "tier-2-slow": promise(respond=16, resolve=16),
    "tier-1": Promise.none("Tier 1 names no response time"),
}
CALENDARS = {"office": office, "day-and-night": around_the_clock}


def opened(
    text: str,
    priority: Priority = Priority.EMERGENCY,
    *,
    promise_id: str = "tier-2",
    calendar_id: str = "office",
) -> Fact:
    return Fact(
        FactKind.OPENED,
        pacific(text),
        priority=priority,
        promise_id=promise_id,
        calendar_id=calendar_id,
    )


def fact(kind: FactKind, text: str, **fields: Any) -> Fact:
    return Fact(kind, pacific(text), **fields)


def at(now: str, *facts: Fact) -> Timeline:
    """Return the timeline of the facts as it stands at a Los Angeles wall-clock time."""
    return timeline(facts, PROMISES, CALENDARS, pacific(now))
