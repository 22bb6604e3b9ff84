"""What must be true of every calendar, start and amount, to the microsecond."""

import datetime as dt
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.sla import ServiceCalendar
from tests.sla.specs import OFFICE, PACIFIC, utc

few = settings(max_examples=150, derandomize=True, deadline=None, database=None)

SPECS: list[dict[str, Any]] = [
    OFFICE,
    {"tz": "Europe/Berlin", "weekly": {"sun": [["01:30", "02:30"]], "sat": [["20:00", "27:15"]]}},
    {
        "tz": "Australia/Lord_Howe",
        "weekly": {"sat": [["22:00", "26:00"]], "wed": [["00:00", "48:00"]]},
    },
    {
        "tz": "Asia/Jerusalem",
        "weekly": {d: [["00:00", "24:00"]] for d in ("sun", "mon", "thu", "fri")},
    },
    {
        "tz": "Atlantic/Azores",
        "weekly": {"sat": [["23:30", "24:30"]], "sun": [["00:15:30", "00:45"], ["06:00", "07:00"]]},
        "holidays": ["2026-03-29"],
        "special_hours": {"2026-10-25": [["00:30", "01:30"]]},
    },
]
CALENDARS = [ServiceCalendar.from_dict(spec) for spec in SPECS]

FIRST, LAST = (utc(day).replace(tzinfo=None) for day in ("2025-06-01", "2027-06-01"))

calendars = st.sampled_from(CALENDARS)
instants = st.datetimes(FIRST, LAST, timezones=st.just(dt.UTC))
amounts = st.timedeltas(dt.timedelta(microseconds=1), dt.timedelta(hours=400))
spans = st.tuples(instants, st.timedeltas(dt.timedelta(), dt.timedelta(days=9))).map(
    lambda pair: (pair[0], pair[0] + pair[1])
)
pauses = st.lists(spans, max_size=4)
Span = tuple[dt.datetime, dt.datetime]


@few
@given(calendars, instants, amounts, pauses)
def test_between_undoes_add(
    calendar: ServiceCalendar, start: dt.datetime, amount: dt.timedelta, held: list[Span]
) -> None:
    due = calendar.add(start, amount, held)
    assert due >= start
    assert calendar.between(start, due, held) == amount
    assert calendar.between(due, start, held) == -amount


@few
@given(calendars, instants, amounts, pauses)
def test_due_is_the_earliest_such_instant(
    calendar: ServiceCalendar, start: dt.datetime, amount: dt.timedelta, held: list[Span]
) -> None:
    just_before = calendar.add(start, amount, held) - dt.timedelta(microseconds=1)
    assert calendar.between(start, just_before, held) == amount - dt.timedelta(microseconds=1)


@few
@given(calendars, instants, amounts, pauses)
def test_a_negative_amount_is_the_latest_instant_with_that_much_before_the_start(
    calendar: ServiceCalendar, start: dt.datetime, amount: dt.timedelta, held: list[Span]
) -> None:
    latest = calendar.add(start, -amount, held)
    assert latest <= start
    assert calendar.between(latest, start, held) == amount
    assert calendar.between(latest + dt.timedelta(microseconds=1), start, held) < amount


@few
@given(calendars, instants, amounts)
def test_adding_back_and_forth_from_an_open_instant_returns_to_it(
    calendar: ServiceCalendar, start: dt.datetime, amount: dt.timedelta
) -> None:
    opened = calendar.next_opening(start)
    assert calendar.add(calendar.add(opened, amount), -amount) == opened


@few
@given(calendars, instants, amounts, amounts)
def test_two_amounts_after_each_other_are_their_sum(
    calendar: ServiceCalendar, start: dt.datetime, one: dt.timedelta, other: dt.timedelta
) -> None:
    assert calendar.add(calendar.add(start, one), other) == calendar.add(start, one + other)


@few
@given(calendars, instants, amounts, spans, st.floats(0, 1))
def test_splitting_a_pause_changes_nothing(
    calendar: ServiceCalendar, start: dt.datetime, amount: dt.timedelta, pause: Span, share: float
) -> None:
    middle = pause[0] + (pause[1] - pause[0]) * share
    halves = [(pause[0], middle), (middle, pause[1])]
    assert calendar.add(start, amount, halves) == calendar.add(start, amount, [pause])


@few
@given(calendars, instants, amounts, pauses, spans)
def test_one_more_pause_never_makes_a_deadline_earlier(
    calendar: ServiceCalendar,
    start: dt.datetime,
    amount: dt.timedelta,
    held: list[Span],
    more: Span,
) -> None:
    assert calendar.add(start, amount, [*held, more]) >= calendar.add(start, amount, held)


@few
@given(
    st.sampled_from(SPECS),
    instants,
    amounts,
    st.lists(st.dates(dt.date(2025, 6, 1), dt.date(2027, 9, 1))),
)
def test_adding_holidays_never_makes_a_deadline_earlier(
    spec: dict[str, Any], start: dt.datetime, amount: dt.timedelta, days: list[dt.date]
) -> None:
    holidays = [*spec.get("holidays", []), *(day.isoformat() for day in days)]
    rested = ServiceCalendar.from_dict({**spec, "holidays": holidays})
    assert rested.add(start, amount) >= ServiceCalendar.from_dict(spec).add(start, amount)


@few
@given(calendars, instants, instants)
def test_windows_add_up_to_between(
    calendar: ServiceCalendar, one: dt.datetime, other: dt.datetime
) -> None:
    start, end = sorted((one, other))
    total = sum((b - a for a, b in calendar.windows(start, end)), dt.timedelta())
    assert total == calendar.between(start, end)


@few
@given(calendars, instants, amounts)
def test_the_zone_in_which_an_instant_is_written_does_not_matter(
    calendar: ServiceCalendar, start: dt.datetime, amount: dt.timedelta
) -> None:
    assert calendar.add(start.astimezone(PACIFIC), amount) == calendar.add(start, amount)
