"""Opening hours as people type them, to and from the neutral form of calendars."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from contracts.sla import CalendarError

WEEKDAYS = (
    ("mon", "Monday"),
    ("tue", "Tuesday"),
    ("wed", "Wednesday"),
    ("thu", "Thursday"),
    ("fri", "Friday"),
    ("sat", "Saturday"),
    ("sun", "Sunday"),
)
CLOSED = "closed"

_WINDOW = re.compile(r"([0-9:]{1,8})\s*(?:-|–|—|to)\s*([0-9:]{1,8})", re.ASCII)
_SHORT_HOUR = re.compile(r"([0-9])(:|$)", re.ASCII)
_DATED = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\s*:?\s+(.+)", re.ASCII)


def read_windows(text: str, field: str) -> list[list[str]]:
    """Read "08:00–12:00, 13:00–17:00"; nothing or "closed" is none.

    Raises CalendarError for what is no pair of times; whether the times make sense is for
    the calendar itself to say.
    """
    if text.strip().lower() in ("", CLOSED):
        return []
    return [_read_window(piece.strip(), field) for piece in re.split(r"[,;]", text)]


def write_windows(windows: Sequence[Sequence[str]]) -> str:
    """Write windows as "08:00–12:00, 13:00–17:00"."""
    return ", ".join(f"{opens}–{closes}" for opens, closes in windows)


def read_days(text: str, field: str) -> list[date]:
    """Read one date a line. Raises CalendarError naming the line."""
    return [_read_date(line, number, field) for number, line in _lines(text)]


def write_days(days: Sequence[date]) -> str:
    """Write one date a line."""
    return "\n".join(day.isoformat() for day in days)


def read_special_hours(text: str) -> dict[str, list[list[str]]]:
    """Read lines such as "2026-12-24 08:00–12:00". Raises CalendarError naming the line."""
    special: dict[str, list[list[str]]] = {}
    for number, line in _lines(text):
        match = _DATED.fullmatch(line)
        if match is None:
            raise CalendarError(
                f"Line {number} is not a date with its hours.",
                field="special_hours",
                remedy="Write a line such as 2026-12-24 08:00–12:00, or 2026-12-31 closed.",
            )
        day = _read_date(match[1], number, "special_hours").isoformat()
        if day in special:
            raise CalendarError(
                f"Line {number}: {day} is there twice.",
                field="special_hours",
                remedy="Write all hours of a date on one line, with commas between them.",
            )
        special[day] = read_windows(match[2], "special_hours")
    return special


def write_special_hours(special: Mapping[str, Sequence[Sequence[str]]]) -> str:
    """Write one date with its hours a line."""
    return "\n".join(
        f"{day} {write_windows(windows) or CLOSED}" for day, windows in sorted(special.items())
    )


def _lines(text: str) -> list[tuple[int, str]]:
    numbered = ((number, line.strip()) for number, line in enumerate(text.split("\n"), start=1))
    return [(number, line) for number, line in numbered if line]


def _read_window(piece: str, field: str) -> list[str]:
    match = _WINDOW.fullmatch(piece)
    if match is None:
        shown = piece if len(piece) <= 40 else f"{piece[:39]}…"
        raise CalendarError(
            f"“{shown}” is not an opening and a closing time.",
            field=field,
            remedy="Write 08:00–17:00, with a comma between several.",
        )
    return [
        _SHORT_HOUR.sub(r"0\1\2", time, count=1) if time[1:2] in ("", ":") else time
        for time in match.groups()
    ]


def _read_date(text: str, number: int, field: str) -> date:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise CalendarError(
        f"Line {number} is not a day of the calendar.",
        field=field,
        remedy="Write one day a line, such as 2026-12-24.",
    )
