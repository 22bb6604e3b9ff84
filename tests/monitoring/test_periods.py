"""Which health checks are owed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.periods import Month, Span, months_owed

LONG_AGO = Month(2000, 1)


def owed(*spans: Span, today: str, since: Month = LONG_AGO) -> list[str]:
    return [str(month) for month in months_owed(spans, date.fromisoformat(today), since=since)]


def span(starts_on: str, ends_on: str | None = None) -> Span:
    ends = date.fromisoformat(ends_on) if ends_on else None
    return Span(date.fromisoformat(starts_on), ends)


@pytest.mark.parametrize(
    ("spans", "today", "months"),
    [
        ([span("2026-09-01")], "2026-11-23", "2026-09 2026-10 2026-11"),
        ([span("2026-09-20")], "2026-10-01", "2026-09 2026-10"),
        ([span("2026-09-20")], "2026-09-19", ""),
        ([span("2026-09-20")], "2026-09-20", "2026-09"),
        ([span("2026-09-30", "2026-10-01")], "2027-01-01", "2026-09 2026-10"),
        ([span("2026-12-31", "2027-01-01")], "2027-02-01", "2026-12 2027-01"),
        ([span("2026-09-01", "2026-09-10"), span("2026-09-11")], "2026-09-30", "2026-09"),
        ([span("2026-03-01", "2026-03-31"), span("2026-06-01")], "2026-06-02", "2026-03 2026-06"),
        ([], "2026-06-02", ""),
    ],
)
def test_a_month_is_owed_once_from_its_first_promised_day(
    spans: list[Span], today: str, months: str
) -> None:
    assert " ".join(owed(*spans, today=today)) == months


def test_months_before_the_first_that_counts_are_not_asked_for() -> None:
    assert owed(span("2024-01-01"), today="2026-11-23", since=Month(2026, 10)) == [
        "2026-10",
        "2026-11",
    ]


@pytest.mark.parametrize(
    ("month", "last"),
    [((2026, 2), "2026-02-28"), ((2028, 2), "2028-02-29"), ((2026, 12), "2026-12-31")],
)
def test_a_month_knows_its_last_day(month: tuple[int, int], last: str) -> None:
    assert Month(*month).last.isoformat() == last


DAYS = st.dates(date(2024, 1, 1), date(2029, 12, 31))


@given(DAYS, st.integers(0, 900), DAYS)
def test_exactly_the_months_with_a_promised_day_are_owed(
    starts_on: date, length: int, today: date
) -> None:
    ends_on = starts_on + timedelta(days=length)
    days = (starts_on + timedelta(days=index) for index in range(length + 1))
    expected = {Month.of(day) for day in days if day <= today}
    assert months_owed([Span(starts_on, ends_on)], today, since=LONG_AGO) == sorted(expected)
