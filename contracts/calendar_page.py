"""What pages tell about a calendar: hours in words, days off ahead, what a change changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from contracts.examples import Example, standard_examples
from contracts.hours_text import WEEKDAYS, write_windows
from contracts.models import Calendar, CalendarVersion
from contracts.promised import service_calendar
from contracts.public_holidays import holiday_names
from contracts.sla import ServiceCalendar, hours

CLOSED = "Closed"
AHEAD = 12


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day with other hours than its weekday has: `hours` says which, or "Closed"."""

    day: date
    name: str
    hours: str


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A calendar in the list."""

    calendar: Calendar
    version: CalendarVersion
    hours: str
    known_until: int | None


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """Everything that the page of a calendar shows."""

    version: CalendarVersion
    hours: str
    weekdays: Sequence[tuple[str, str]]
    days_off: Sequence[DayOff]
    examples: Sequence[Example]
    known_until: int | None

    @classmethod
    def of(cls, version: CalendarVersion, now: datetime) -> Self:
        """Read a version as it looks from `now`."""
        counted = service_calendar(version.pk)
        today = now.astimezone(counted.zone).date()
        weekly = version.spec["weekly"]
        return cls(
            version=version,
            hours=hours(counted),
            weekdays=[
                (name, write_windows(weekly.get(code, [])) or CLOSED) for code, name in WEEKDAYS
            ],
            days_off=days_off_ahead(version, today, AHEAD),
            examples=standard_examples(counted, now),
            known_until=_known_until(version),
        )


def calendar_rows() -> list[CalendarRow]:
    """Return the calendars of the provider with their newest versions, the default first."""
    newest = (
        CalendarVersion.objects.select_related("calendar")
        .order_by("calendar_id", "-number")
        .distinct("calendar_id")
    )
    rows = [
        CalendarRow(
            version.calendar,
            version,
            hours(ServiceCalendar.from_dict(version.spec)),
            _known_until(version),
        )
        for version in newest
    ]
    return sorted(rows, key=lambda row: (not row.calendar.is_default, row.calendar.name.lower()))


def days_off_ahead(version: CalendarVersion, today: date, limit: int) -> list[DayOff]:
    """Return the next days with other hours than usual, `today` included, in order."""
    special: dict[str, Sequence[Sequence[str]]] = version.spec.get("special_hours", {})
    closed = set(version.spec.get("holidays", [])) - set(special)
    ahead = sorted(day for day in closed | set(special) if day >= today.isoformat())[:limit]
    years = tuple(sorted({int(day[:4]) for day in ahead}))
    names = holiday_names(version.country, version.subdivision, years)
    return [
        DayOff(
            day=date.fromisoformat(day),
            name=names.get(
                date.fromisoformat(day), "Special hours" if day in special else "Day off"
            ),
            hours=write_windows(special.get(day, [])) or CLOSED,
        )
        for day in ahead
    ]


def changes_between(old: ServiceCalendar, new: ServiceCalendar) -> list[str]:
    """Say in sentences what `new` changes."""
    return list(_changes(old.to_dict(), new.to_dict()))


def _changes(old: dict[str, object], new: dict[str, object]) -> Iterator[str]:
    if old["tz"] != new["tz"]:
        yield f"The time zone {old['tz']} becomes {new['tz']}."
    yield from _changed_weekdays(_mapping(old["weekly"]), _mapping(new["weekly"]))
    before, after = _days(old["holidays"]), _days(new["holidays"])
    yield from _listed("New day off", after - before)
    yield from _listed("No longer a day off", before - after)
    was, will = _mapping(old["special_hours"]), _mapping(new["special_hours"])
    for day in sorted(was.keys() | will.keys()):
        if was.get(day) != will.get(day):
            yield _special(day, will)


def _changed_weekdays(
    was: dict[str, Sequence[Sequence[str]]], will: dict[str, Sequence[Sequence[str]]]
) -> Iterator[str]:
    for code, name in WEEKDAYS:
        before, after = write_windows(was.get(code, [])), write_windows(will.get(code, []))
        if before != after:
            yield f"{name}: {before or CLOSED} becomes {after or 'closed'}."


def _listed(what: str, days: set[str]) -> Iterator[str]:
    for day in sorted(days)[:AHEAD]:
        yield f"{what}: {_spell(day)}."
    if len(days) > AHEAD:
        yield f"{what}: {len(days) - AHEAD} more dates."


def _special(day: str, will: dict[str, Sequence[Sequence[str]]]) -> str:
    if day not in will:
        return f"{_spell(day)}: no longer special hours."
    return f"{_spell(day)}: special hours {write_windows(will[day]) or 'closed'}."


def _spell(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day:%a} {day.day} {day:%b %Y}"


def _mapping(value: object) -> dict[str, Sequence[Sequence[str]]]:
    return dict(value) if isinstance(value, dict) else {}


def _days(value: object) -> set[str]:
    return set(value) if isinstance(value, list) else set()


def _known_until(version: CalendarVersion) -> int | None:
    days = version.spec.get("holidays", [])
    return int(max(days)[:4]) if days else None
