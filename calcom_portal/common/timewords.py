"""Spans and instants in the words that people read, the same on pages, in mail and in reports."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

WEEK_VIEW = timedelta(days=6)
LONG = timedelta(days=2)


def spell_span(span: timedelta) -> str:
    """Return the length of `span` as "3 h 20 m", without its sign.

    Rounded down to whole minutes, so that time left is never promised twice; never in days,
    because a business day is not 24 hours. static/js/clock.js spells the same way.
    """
    seconds = int(abs(span).total_seconds())
    if 0 < seconds < 60:
        return "under 1 m"
    hours, minutes = divmod(seconds // 60, 60)
    if not hours:
        return f"{minutes} m"
    return f"{hours} h {minutes} m" if minutes else f"{hours} h"


def spell_age(age: timedelta) -> str:
    """Return for how long something has been so: "12 m", "3 h 20 m", from two days on "5 days".

    Elapsed time, not business time: what equipment does has no office hours.
    """
    return f"{age.days} days" if age >= LONG else spell_span(age)


def spell_instant(instant: datetime, *, now: datetime, zone: tzinfo, with_zone: bool = True) -> str:
    """Return `instant` on the wall clock of `zone`: as short as it stays unmistakable.

    "today 15:05 PDT", "Tue 09:00 PDT" within six days, then with the date, then with the year.
    Without its zone (for columns whose head names it) today is given as a weekday too.
    """
    local = instant.astimezone(zone)
    clock = f"{local:%H:%M} {local:%Z}" if with_zone else f"{local:%H:%M}"
    return f"{_spell_day(local, now.astimezone(zone), with_zone)}{clock}"


def spell_between(start: datetime, end: datetime, *, now: datetime, zone: tzinfo) -> str:
    """Return a stretch of time on the wall clock of `zone`: "today 09:00 to 11:30 PST".

    Day and zone are said twice only where they differ.
    """
    first, last = start.astimezone(zone), end.astimezone(zone)
    if (first.date(), first.tzname()) != (last.date(), last.tzname()):
        both = (spell_instant(instant, now=now, zone=zone) for instant in (start, end))
        return " to ".join(both)
    day = _spell_day(first, now.astimezone(zone), with_zone=True)
    return f"{day}{first:%H:%M} to {last:%H:%M} {last:%Z}"


def spell_dated(instant: datetime, *, now: datetime, zone: tzinfo) -> str:
    """Return `instant` with its date, however near: "Fri 20 Nov, 15:40 PST".

    For lists that are read later, or that reach over a month.
    """
    local = instant.astimezone(zone)
    return f"{_spell_date(local, now.astimezone(zone))}{local:%H:%M} {local:%Z}"


def _spell_day(local: datetime, today: datetime, with_zone: bool) -> str:
    if local.date() == today.date() and with_zone:
        return "today "
    if abs(local.date() - today.date()) <= WEEK_VIEW:
        return f"{local:%a} "
    return _spell_date(local, today)


def _spell_date(local: datetime, today: datetime) -> str:
    if local.year == today.year:
        return f"{local:%a} {local.day} {local:%b}, "
    return f"{local:%a} {local.day} {local:%b} {local.year}, "
