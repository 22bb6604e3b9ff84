"""Questions to a calendar in JSON, one at a time: for other programs, and for checking the clock.

{"op": "add", "calendar": {…}, "start": "2026-06-15T10:00-07:00", "amount_seconds": 28800,
"pauses": [["…", "…"]]} and so on; instants are ISO 8601 with an offset, answers are in UTC.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from contracts.sla import CalendarError, ServiceCalendar

LONGEST_LINE = 1_000_000
MOST_WINDOWS = 10_000
MOST_SECONDS = 10**10

Question = Mapping[str, Any]
Operation = Callable[[ServiceCalendar, Question], Any]


def answer(line: str) -> dict[str, Any]:
    """Return {"result": …}, or {"error": …, "field": …} for what cannot be answered."""
    try:
        question = _question(line)
        operation = _operation(question.get("op"))
        return {"result": operation(_calendar(question.get("calendar")), question)}
    except CalendarError as error:
        return {"error": f"{error.message} {error.remedy}".strip(), "field": error.field}
    except (OverflowError, RecursionError):
        return {"error": "A number or the nesting is too large.", "field": ""}


def _question(line: str) -> Question:
    if len(line) > LONGEST_LINE:
        raise CalendarError("is longer than 1 MB.", field="line", remedy="Shorten it.")
    try:
        question = json.loads(line)
    except ValueError as error:
        raise CalendarError(
            "is not JSON.", field="line", remedy="Write one JSON object a line."
        ) from error
    if not isinstance(question, dict):
        raise CalendarError("is not a JSON object.", field="line", remedy='Write {"op": "add", …}.')
    return question


def _operation(name: object) -> Operation:
    operation = OPERATIONS.get(name) if isinstance(name, str) else None
    if operation is None:
        raise CalendarError(
            "is not an operation.", field="op", remedy=f"Use one of {', '.join(OPERATIONS)}."
        )
    return operation


def _calendar(spec: object) -> ServiceCalendar:
    if not isinstance(spec, dict):
        raise CalendarError(
            "is missing.", field="calendar", remedy='Give {"tz": …, "weekly": {…}}.'
        )
    return _compiled(json.dumps(spec, sort_keys=True))


@lru_cache(maxsize=64)
def _compiled(text: str) -> ServiceCalendar:
    return ServiceCalendar.from_dict(json.loads(text))


def _instant(question: Question, field: str) -> datetime:
    return _moment(question.get(field), field)


def _moment(value: object, field: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.utcoffset() is None:
        raise CalendarError(
            "is not an instant.", field=field, remedy="Write 2026-06-15T10:00-07:00, with offset."
        )
    return moment


def _amount(question: Question) -> timedelta:
    value = question.get("amount_seconds")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not -MOST_SECONDS <= value <= MOST_SECONDS:  # type: ignore[operator]
        raise CalendarError(
            "is not an amount of seconds.", field="amount_seconds", remedy="Write 28800."
        )
    return timedelta(seconds=value)  # type: ignore[arg-type]


def _pauses(question: Question) -> list[tuple[datetime, datetime]]:
    pauses = question.get("pauses") or []
    if not isinstance(pauses, list):
        raise CalendarError("is not a list.", field="pauses", remedy="Write [[from, to], …].")
    return [_pause(pause, f"pauses[{index}]") for index, pause in enumerate(pauses)]


def _pause(value: object, field: str) -> tuple[datetime, datetime]:
    if not isinstance(value, list) or len(value) != 2:
        raise CalendarError("is not a pair.", field=field, remedy="Write [from, to].")
    return _moment(value[0], f"{field}[0]"), _moment(value[1], f"{field}[1]")


def _add(calendar: ServiceCalendar, asked: Question) -> str:
    due = calendar.add(_instant(asked, "start"), _amount(asked), _pauses(asked))
    return due.isoformat()


def _between(calendar: ServiceCalendar, asked: Question) -> float | int:
    start, end = _instant(asked, "start"), _instant(asked, "end")
    seconds = calendar.between(start, end, _pauses(asked)).total_seconds()
    return int(seconds) if seconds.is_integer() else seconds


def _is_open(calendar: ServiceCalendar, asked: Question) -> bool:
    return calendar.is_open(_instant(asked, "instant"))


def _next_opening(calendar: ServiceCalendar, asked: Question) -> str:
    return calendar.next_opening(_instant(asked, "instant")).isoformat()


def _next_closing(calendar: ServiceCalendar, asked: Question) -> str:
    return calendar.next_closing(_instant(asked, "instant")).isoformat()


def _windows(calendar: ServiceCalendar, asked: Question) -> list[list[str]]:
    found: list[list[str]] = []
    for opens, closes in calendar.windows(_instant(asked, "start"), _instant(asked, "end")):
        if len(found) == MOST_WINDOWS:
            raise CalendarError(
                f"has more than {MOST_WINDOWS} windows.", field="end", remedy="Ask for less."
            )
        found.append([opens.isoformat(), closes.isoformat()])
    return found


OPERATIONS: dict[str, Operation] = {
    "add": _add,
    "between": _between,
    "is_open": _is_open,
    "next_opening": _next_opening,
    "next_closing": _next_closing,
    "windows": _windows,
}
