"""What a calendar refuses: every refusal names the field and says what to do."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from contracts.sla import CalendarError, CalendarNeverOpens, ServiceCalendar
from tests.sla.specs import OFFICE, hours, office, utc

NAIVE = dt.datetime(2026, 6, 15, 10)  # noqa: DTZ001 - a datetime without zone is the point
NOON = utc("2026-06-15 12:00")


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def weekly(*windows: object) -> dict[str, Any]:
    return {"weekly": {"mon": list(windows)}}


BAD_PARTS: list[tuple[dict[str, Any], str]] = [
    ({"tz": None}, "tz"),
    ({"tz": 8}, "tz"),
    ({"tz": ""}, "tz"),
    ({"tz": "Mars/Olympus"}, "tz"),
    ({"tz": "../../etc/passwd"}, "tz"),
    ({"tz": "/etc/localtime"}, "tz"),
    ({"tz": "America"}, "tz"),
    ({"tz": "America/../UTC"}, "tz"),
    ({"tz": "UTC\x00"}, "tz"),
    ({"tz": "UTC\n"}, "tz"),
    ({"tz": "right/UTC"}, "tz"),
    ({"tz": "localtime"}, "tz"),
    ({"tz": "A" * 100_000}, "tz"),
    ({"tz": "\ud800"}, "tz"),
    ({"weekly": []}, "weekly"),
    ({"weekly": None}, "weekly"),
    ({"weekly": {"monday": []}}, "weekly.monday"),
    ({"weekly": {1: []}}, "weekly.a number"),
    ({"weekly": {"mon": {}}}, "weekly.mon"),
    ({"weekly": {"mon": "08:00-17:00"}}, "weekly.mon"),
    (weekly("08:00"), "weekly.mon[0]"),
    (weekly([]), "weekly.mon[0]"),
    (weekly(["08:00", "12:00", "13:00"]), "weekly.mon[0]"),
    (weekly(["08:00", "12:00"], ["8:00", "12:00"]), "weekly.mon[1][0]"),
    (weekly(["08:00", "24:01:00:00"]), "weekly.mon[0][1]"),
    (weekly(["08:60", "12:00"]), "weekly.mon[0][0]"),
    (weekly(["08:00:60", "12:00"]), "weekly.mon[0][0]"),
    (weekly(["08:00", "12:00:00.5"]), "weekly.mon[0][1]"),
    (weekly(["08:00", "12:00\n"]), "weekly.mon[0][1]"),
    (weekly(["٠٨:٠٠", "12:00"]), "weekly.mon[0][0]"),
    (weekly(["-1:00", "12:00"]), "weekly.mon[0][0]"),
    (weekly([8, 17]), "weekly.mon[0][0]"),
    (weekly([True, None]), "weekly.mon[0][0]"),
    (weekly([10**5000, "12:00"]), "weekly.mon[0][0]"),
    (weekly([float("nan"), "12:00"]), "weekly.mon[0][0]"),
    (weekly(["17:00", "08:00"]), "weekly.mon[0][1]"),
    (weekly(["08:00", "08:00"]), "weekly.mon[0][1]"),
    (weekly(["08:00", "48:01"]), "weekly.mon[0][1]"),
    (weekly(["08:00", "99:00"]), "weekly.mon[0][1]"),
    (weekly(["24:00", "30:00"]), "weekly.mon[0][0]"),
    (weekly(nested(100_000)), "weekly.mon[0]"),
    (weekly(*[["08:00", "17:00"]] * 97), "weekly.mon"),
    ({"holidays": "2026-12-25"}, "holidays"),
    ({"holidays": {"2026-12-25": True}}, "holidays"),
    ({"holidays": ["2026-12-25", "2026-02-30"]}, "holidays[1]"),
    ({"holidays": ["2026-13-01"]}, "holidays[0]"),
    ({"holidays": ["20261225"]}, "holidays[0]"),
    ({"holidays": ["2026-12-25T00:00"]}, "holidays[0]"),
    ({"holidays": ["1899-12-31"]}, "holidays[0]"),
    ({"holidays": ["0000-00-00"]}, "holidays[0]"),
    ({"holidays": [20261225]}, "holidays[0]"),
    ({"holidays": [None]}, "holidays[0]"),
    ({"holidays": ["2026-12-25"] * 5_001}, "holidays"),
    ({"special_hours": []}, "special_hours"),
    ({"special_hours": {"2026-02-29": []}}, "special_hours.2026-02-29"),
    ({"special_hours": {5: []}}, "special_hours.a number"),
    ({"special_hours": {"2026-12-24": None}}, "special_hours.2026-12-24"),
    ({"special_hours": {"2026-12-24": [["12:00", "08:00"]]}}, "special_hours.2026-12-24[0][1]"),
    ({"special_hours": {f"x{i}": [] for i in range(5_001)}}, "special_hours"),
    ({"timezone": "UTC"}, "timezone"),
    ({"x" * 100_000: 1}, "x" * 39 + "\\u2026"),
]


@pytest.mark.parametrize(("parts", "field"), BAD_PARTS, ids=[row[1][:40] for row in BAD_PARTS])
def test_a_bad_specification_is_refused_by_field(parts: dict[str, Any], field: str) -> None:
    with pytest.raises(CalendarError) as refusal:
        ServiceCalendar.from_dict({**OFFICE, **parts})
    assert refusal.value.field == field
    assert refusal.value.remedy
    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize("spec", [None, [], "UTC", 3, True, nested(100_000)])
def test_something_else_than_an_object_is_refused(spec: Any) -> None:
    with pytest.raises(CalendarError, match="must be an object") as refusal:
        ServiceCalendar.from_dict(spec)
    assert refusal.value.field == "calendar"


def test_a_calendar_without_zone_is_refused() -> None:
    with pytest.raises(CalendarError) as refusal:
        ServiceCalendar.from_dict({"weekly": OFFICE["weekly"]})
    assert refusal.value.field == "tz"


@pytest.mark.parametrize(
    "spec",
    [
        {"tz": "UTC"},
        {"tz": "UTC", "weekly": {}},
        {"tz": "UTC", "weekly": {"mon": []}, "holidays": ["2026-12-25"]},
        {"tz": "UTC", "special_hours": {"2026-12-24": []}},
        # Samoa skipped this date when it crossed the date line.
        {"tz": "Pacific/Apia", "special_hours": {"2011-12-30": [["08:00", "17:00"]]}},
    ],
)
def test_a_calendar_that_never_opens_is_refused_when_it_is_made(spec: dict[str, Any]) -> None:
    with pytest.raises(CalendarNeverOpens) as refusal:
        ServiceCalendar.from_dict(spec)
    assert refusal.value.field == "weekly"


QUESTIONS: list[tuple[Callable[[], object], str]] = [
    (lambda: office.add(NAIVE, hours(1)), "start"),
    (lambda: office.between(NAIVE, NOON), "start"),
    (lambda: office.between(NOON, NAIVE), "end"),
    (lambda: office.is_open(NAIVE), "instant"),
    (lambda: office.next_opening(NAIVE), "instant"),
    (lambda: office.next_closing(NAIVE), "instant"),
    (lambda: office.windows(NAIVE, NOON), "start"),
    (lambda: office.windows(NOON, NAIVE), "end"),
    (lambda: office.add_many([NOON, NAIVE], hours(1)), "starts[1]"),
    (lambda: office.between_many([(NOON, NAIVE)]), "end"),
    (lambda: office.add(NOON, hours(1), [(NAIVE, NOON)]), "pauses[0][0]"),
    (lambda: office.between(NOON, NOON, [(NOON, NOON), (NOON, NAIVE)]), "pauses[1][1]"),
    (lambda: office.add(NOON, hours(1), [(NOON, NOON - hours(1))]), "pauses[0]"),
]


@pytest.mark.parametrize(("question", "field"), QUESTIONS)
def test_naive_datetimes_and_backward_pauses_are_refused_by_name(
    question: Callable[[], object], field: str
) -> None:
    with pytest.raises(CalendarError) as refusal:
        question()
    assert refusal.value.field == field


@pytest.mark.parametrize("value", [None, 5, "2026-06-15T10:00Z", NOON.date(), hours(1)])
def test_what_is_no_datetime_is_refused(value: Any) -> None:
    with pytest.raises(CalendarError, match="start: is not a datetime"):
        office.add(value, hours(1))


@pytest.mark.parametrize("value", [None, 8, 8.0, "8"])
def test_what_is_no_timedelta_is_refused(value: Any) -> None:
    with pytest.raises(CalendarError, match="amount: must be a timedelta"):
        office.add(NOON, value)


def test_a_refusal_is_a_value_error() -> None:
    assert issubclass(CalendarError, ValueError)
    assert issubclass(CalendarNeverOpens, CalendarError)


def test_an_empty_range_has_no_windows() -> None:
    assert list(office.windows(NOON, NOON)) == []
    assert list(office.windows(NOON, NOON - hours(5))) == []
