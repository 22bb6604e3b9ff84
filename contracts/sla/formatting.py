"""Durations, instants and weekly hours as people read them, in British English."""

import datetime as dt
import zoneinfo
from collections.abc import Mapping
from itertools import pairwise

from contracts.sla.calendar import ServiceCalendar
from contracts.sla.spec import DAY, Window, time_text

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ZONES: Mapping[str, str] = {
    "America/Los_Angeles": "Pacific time",
    "America/Denver": "Mountain time",
    "America/Chicago": "Central time",
    "America/New_York": "Eastern time",
    "America/Anchorage": "Alaska time",
    "Pacific/Honolulu": "Hawaii time",
}
_NEAR = dt.timedelta(days=6)


def zone_of(zone: dt.tzinfo | str) -> dt.tzinfo:
    """Return a zone by object or by name."""
    return zoneinfo.ZoneInfo(zone) if isinstance(zone, str) else zone


def duration(amount: dt.timedelta, *, exact: bool = False) -> str:
    """Return an amount such as "3 h 20 m", without its sign.

    Full minutes that have passed; seconds are said below one minute, or when `exact` is wanted.
    """
    if dt.timedelta() < abs(amount) < dt.timedelta(seconds=1):
        return "less than 1 s"
    seconds = abs(amount) // dt.timedelta(seconds=1)
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    with_seconds = exact or seconds < 60
    parts = [(hours, "h"), (minutes, "m"), (rest if with_seconds else 0, "s")]
    return " ".join(f"{count:,} {unit}" for count, unit in parts if count) or "0"


def clock_time(local: dt.datetime) -> str:
    """Return "09:00", with seconds only where they are not zero."""
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"


def zone_name(local: dt.datetime) -> str:
    """Return "PDT", or "UTC+10:30" for zones that have no letters."""
    name = local.tzname() or ""
    if name.isalpha():
        return name
    offset = local.utcoffset() or dt.timedelta()
    minutes = abs(offset) // dt.timedelta(minutes=1)
    sign = "-" if offset < dt.timedelta() else "+"
    return f"UTC{sign}{minutes // 60:02}:{minutes % 60:02}"


def instant(
    at: dt.datetime, zone: dt.tzinfo | str, now: dt.datetime, *, with_zone: bool = True
) -> str:
    """Return "Tue 09:00 PDT"; further than six days from `now` "Tue 16 Jun, 09:00 PDT"."""
    local = at.astimezone(zone_of(zone))
    # In UTC: within one zone the subtraction would be of wall-clock times.
    near = abs(at.astimezone(dt.UTC) - now.astimezone(dt.UTC)) <= _NEAR
    day = f"{local:%a}" if near else f"{date(local.date(), now.astimezone(local.tzinfo))},"
    suffix = f" {zone_name(local)}" if with_zone else ""
    return f"{day} {clock_time(local)}{suffix}"


def full_instant(at: dt.datetime, zone: dt.tzinfo | str, now: dt.datetime) -> str:
    """Return an instant always with its date: "Tue 16 Jun, 09:00 PDT"."""
    local = at.astimezone(zone_of(zone))
    day = date(local.date(), now.astimezone(local.tzinfo))
    return f"{day}, {clock_time(local)} {zone_name(local)}"


def date(day: dt.date, now: dt.datetime) -> str:
    """Return "Tue 16 Jun", with the year when it is another one than that of `now`."""
    year = f" {day.year}" if day.year != now.year else ""
    return f"{day:%a} {day.day} {day:%b}{year}"


def span(start: dt.datetime, end: dt.datetime, zone: dt.tzinfo | str, now: dt.datetime) -> str:
    """Return "Mon 10:00 to 14:40", or "Mon 17:00 to Tue 08:00" across midnight."""
    local_start, local_end = start.astimezone(zone_of(zone)), end.astimezone(zone_of(zone))
    first = instant(start, zone, now, with_zone=False)
    changed = local_start.utcoffset() != local_end.utcoffset()
    if changed:
        first = f"{first} {zone_name(local_start)}"
    if local_start.date() == local_end.date():
        second = clock_time(local_end)
    else:
        second = instant(end, zone, now, with_zone=False)
    return f"{first} to {second}{f' {zone_name(local_end)}' if changed else ''}"


def zone_words(name: str) -> str:
    """Return a zone as people call it: "Pacific time", else by its city, "Paris time"."""
    return _ZONES.get(name, name.rpartition("/")[2].replace("_", " ") + " time")


def hours(calendar: ServiceCalendar) -> str:
    """Return the weekly hours, such as "Monday to Friday, 08:00 to 17:00 Pacific time"."""
    days = [(day, calendar.spec.weekly[day]) for day in range(7) if calendar.spec.weekly[day]]
    zone = zone_words(calendar.tz)
    if not days:
        return f"only on the dates listed, {zone}"
    if len(days) == 7 and all(windows == ((0, DAY),) for _, windows in days):
        return "around the clock, every day"
    texts = [f"{_day_range(run)}, {_windows(run[0][1])}" for run in _runs(days)]
    return f"{'; '.join(texts)} {zone}"


def _runs(days: list[tuple[int, tuple[Window, ...]]]) -> list[list[tuple[int, tuple[Window, ...]]]]:
    """Return neighbouring weekdays with equal hours together."""
    runs = [[days[0]]]
    for before, after in pairwise(days):
        if after[1] == before[1] and after[0] == before[0] + 1:
            runs[-1].append(after)
        else:
            runs.append([after])
    return runs


def _day_range(run: list[tuple[int, tuple[Window, ...]]]) -> str:
    first, last = _DAYS[run[0][0]], _DAYS[run[-1][0]]
    if len(run) == 1:
        return first
    return f"{first} {'and' if len(run) == 2 else 'to'} {last}"


def _windows(windows: tuple[Window, ...]) -> str:
    return " and ".join(f"{time_text(opens)} to {_closing(closes)}" for opens, closes in windows)


def _closing(closes: int) -> str:
    return time_text(closes) if closes <= DAY else f"{time_text(closes - DAY)} the next day"
