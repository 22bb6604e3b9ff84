"""The neutral form of a service calendar: parsing, validation and the canonical way back."""

import datetime as dt
import re
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.sla.errors import CalendarError

DAY = 86_400_000_000
"""Microseconds of a wall-clock day."""

FIRST_YEAR = 1900
LAST_YEAR = 2299
"""Years that calendars cover, both inclusive: further away is a typing error, not a deadline."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KEYS = ("tz", "weekly", "holidays", "special_hours")
MAX_WINDOWS_A_DAY = 96
MAX_DATES = 5_000

Window = tuple[int, int]
"""Opening and closing as microseconds of wall clock since the midnight that begins the date."""

_TIME = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}")
# These depend on the machine or count leap seconds: two servers could disagree on a deadline.
_UNSTABLE_ZONES = ("localtime", "posixrules", "factory", "posix/", "right/")


@dataclass(frozen=True, slots=True)
class CalendarSpec:
    """A valid calendar: zone, windows for Monday to Sunday, holidays, hours of single dates."""

    tz: str
    zone: zoneinfo.ZoneInfo
    weekly: tuple[tuple[Window, ...], ...]
    holidays: frozenset[dt.date]
    special_hours: Mapping[dt.date, tuple[Window, ...]]

    @classmethod
    def from_dict(cls, spec: Mapping[str, object]) -> "CalendarSpec":
        """Read the neutral form. Raises CalendarError naming the field."""
        top = _mapping(spec, "")
        for key in top:
            if key not in KEYS:
                raise CalendarError(
                    "is not a part of a calendar.",
                    field=_name(key),
                    remedy=f"Use only {', '.join(KEYS)}.",
                )
        tz, zone = _zone(top.get("tz"))
        return cls(
            tz=tz,
            zone=zone,
            weekly=_weekly(top.get("weekly", {})),
            holidays=frozenset(_holidays(top.get("holidays", []))),
            special_hours=_special_hours(top.get("special_hours", {})),
        )

    def to_dict(self) -> dict[str, object]:
        """Return the canonical neutral form: sorted, merged, closed weekdays left out."""
        return {
            "tz": self.tz,
            "weekly": {
                day: _windows_to_list(windows)
                for day, windows in zip(WEEKDAYS, self.weekly, strict=True)
                if windows
            },
            "holidays": [day.isoformat() for day in sorted(self.holidays)],
            "special_hours": {
                day.isoformat(): _windows_to_list(self.special_hours[day])
                for day in sorted(self.special_hours)
            },
        }


def _zone(value: object) -> tuple[str, zoneinfo.ZoneInfo]:
    remedy = 'Use a name of the IANA time zone database, such as "America/Los_Angeles".'
    if not isinstance(value, str):
        raise CalendarError(f"must be a time zone, not {_kind(value)}.", field="tz", remedy=remedy)
    stable = not value.lower().startswith(_UNSTABLE_ZONES)
    if len(value) <= 64 and stable and _ZONE.fullmatch(value):
        try:
            return value, zoneinfo.ZoneInfo(value)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            pass
    raise CalendarError(f"{_show(value)} is not a known time zone.", field="tz", remedy=remedy)


def _weekly(value: object) -> tuple[tuple[Window, ...], ...]:
    weekly = _mapping(value, "weekly")
    for day in weekly:
        if day not in WEEKDAYS:
            raise CalendarError(
                "is not a weekday.",
                field=f"weekly.{_name(day)}",
                remedy=f"Use {', '.join(WEEKDAYS)}.",
            )
    return tuple(_windows(weekly.get(day, []), f"weekly.{day}") for day in WEEKDAYS)


def _holidays(value: object) -> list[dt.date]:
    days = _list(value, "holidays", MAX_DATES, "dates")
    return [_date(day, f"holidays[{index}]") for index, day in enumerate(days)]


def _special_hours(value: object) -> dict[dt.date, tuple[Window, ...]]:
    special = _mapping(value, "special_hours")
    if len(special) > MAX_DATES:
        raise CalendarError(
            f"has {len(special)} dates.",
            field="special_hours",
            remedy=f"Keep it to {MAX_DATES} dates.",
        )
    return {
        _date(day, f"special_hours.{_name(day)}"): _windows(windows, f"special_hours.{day}")
        for day, windows in special.items()
    }


def _windows(value: object, field: str) -> tuple[Window, ...]:
    items = _list(value, field, MAX_WINDOWS_A_DAY, "windows")
    return merged(sorted(_window(item, f"{field}[{index}]") for index, item in enumerate(items)))


def merged(windows: Sequence[Window]) -> tuple[Window, ...]:
    """Join sorted windows that overlap or touch."""
    joined: list[Window] = []
    for opens, closes in windows:
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], closes))
        else:
            joined.append((opens, closes))
    return tuple(joined)


def _window(value: object, field: str) -> Window:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise CalendarError(
            "must be an opening and a closing time.",
            field=field,
            remedy='Write ["08:00", "17:00"].',
        )
    opens = _time(value[0], f"{field}[0]")
    closes = _time(value[1], f"{field}[1]")
    if opens >= DAY:
        raise CalendarError(
            f"{_show(value[0])} is on the next day.",
            field=f"{field}[0]",
            remedy="A window belongs to the day on which it starts: put it there, from 00:00 on.",
        )
    if closes > 2 * DAY:
        raise CalendarError(
            f"{_show(value[1])} is too late.",
            field=f"{field}[1]",
            remedy='The latest closing is "48:00", the end of the next day.',
        )
    if closes <= opens:
        raise CalendarError(
            f"closing {_show(value[1])} is not after opening {_show(value[0])}.",
            field=f"{field}[1]",
            remedy='To run into the next day add 24 hours: 02:00 at night is "26:00".',
        )
    return opens, closes


def _time(value: object, field: str) -> int:
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise CalendarError(
            f"{_show(value)} is not a time of day.",
            field=field,
            remedy='Write two digits each, such as "08:00" or "08:00:30".',
        )
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    if minutes > 59 or seconds > 59:
        raise CalendarError(
            f"{_show(value)} is not a time of day.",
            field=field,
            remedy="Minutes and seconds go from 00 to 59.",
        )
    return ((hours * 60 + minutes) * 60 + seconds) * 1_000_000


def _date(value: object, field: str) -> dt.date:
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            day = dt.date.fromisoformat(value)
            if FIRST_YEAR <= day.year <= LAST_YEAR:
                return day
    except ValueError:
        pass
    raise CalendarError(
        f"{_show(value)} is not a date between {FIRST_YEAR} and {LAST_YEAR}.",
        field=field,
        remedy='Write a day of the calendar as "2026-12-25".',
    )


def _mapping(value: object, field: str) -> Mapping[object, object]:
    if isinstance(value, Mapping):
        return value
    raise CalendarError(
        f"must be an object with named parts, not {_kind(value)}.",
        field=field or "calendar",
        remedy='For example {"tz": "Europe/Berlin", "weekly": {"mon": [["08:00", "17:00"]]}}.',
    )


def _list(value: object, field: str, limit: int, what: str) -> Sequence[object]:
    if not isinstance(value, list | tuple):
        raise CalendarError(
            f"must be a list of {what}, not {_kind(value)}.", field=field, remedy="Write [ … ]."
        )
    if len(value) > limit:
        raise CalendarError(
            f"has {len(value)} {what}.", field=field, remedy=f"Keep it to {limit} {what}."
        )
    return value


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "yes or no"}
    if value is None:
        return "nothing"
    return names.get(
        type(value), "a number" if isinstance(value, int | float) else "this kind of value"
    )


def _show(value: object) -> str:
    # Only short text is repeated: the form of a deep or huge value could itself exhaust the stack.
    if not isinstance(value, str):
        return _kind(value)
    return ascii(value if len(value) <= 40 else value[:39] + "…").replace("'", '"')


def _name(key: object) -> str:
    return _show(key).strip('"')


def _windows_to_list(windows: tuple[Window, ...]) -> list[list[str]]:
    return [[time_text(opens), time_text(closes)] for opens, closes in windows]


def time_text(microseconds: int) -> str:
    """Return microseconds since midnight as "08:00", or "08:00:30" where there are seconds."""
    minutes, seconds = divmod(microseconds // 1_000_000, 60)
    text = f"{minutes // 60:02}:{minutes % 60:02}"
    return f"{text}:{seconds:02}" if seconds else text
