"""What is owed in which year of a contract, and in which days."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from contracts.coverage import contract_year
from upkeep.inspections.years import (
    CoverSpan,
    Days,
    Owed,
    Rhythm,
    Window,
    owed_inspections,
    propose_day,
    window_of,
)

START, END = date(2026, 1, 1), date(2026, 12, 31)
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


def span(
    starts_on: date = START,
    ends_on: date | None = None,
    *,
    contract_id: int = 1,
    rank: tuple[int, int] = (2, -1),
    has_inspections: bool = True,
    anchor: date | None = None,
) -> CoverSpan:
    return CoverSpan(contract_id, anchor or starts_on, rank, starts_on, ends_on, has_inspections)


def owed(spans: list[CoverSpan], today: date) -> list[Owed]:
    return owed_inspections(spans, today, contract_year)


def test_a_contract_owes_one_inspection_in_its_year() -> None:
    found = owed([span()], date(2026, 6, 1))
    assert found == [Owed(1, Days(START, END), Days(START, END))]


def test_the_next_years_is_known_some_weeks_before_it_begins() -> None:
    assert [one.year.first for one in owed([span()], date(2026, 11, 16))] == [START]
    years = [one.year.first for one in owed([span()], date(2026, 11, 17))]
    assert years == [START, date(2027, 1, 1)]


def test_without_the_clause_nothing_is_owed() -> None:
    assert owed([span(has_inspections=False)], date(2026, 6, 1)) == []


def test_nothing_is_owed_before_the_contract_or_after_it() -> None:
    ends = date(2026, 12, 31)
    assert owed([span(ends_on=ends)], date(2025, 6, 1)) == []
    assert owed([span(ends_on=ends)], date(2027, 6, 1)) == []


def test_the_nearest_cover_alone_decides() -> None:
    company = span()
    own = span(contract_id=2, rank=(0, -1), has_inspections=False)
    assert owed([company, own], date(2026, 6, 1)) == []
    own = span(contract_id=2, rank=(0, -1))
    assert [one.contract_id for one in owed([company, own], date(2026, 6, 1))] == [2]


def test_new_terms_with_the_clause_owe_it_for_what_is_left_of_the_year() -> None:
    first = span(ends_on=None, has_inspections=False, rank=(2, -1))
    later = span(date(2026, 7, 1), anchor=START, rank=(2, -2))
    found = owed([first, later], date(2026, 7, 2))
    assert found == [Owed(1, Days(START, END), Days(date(2026, 7, 1), END))]


def test_a_rest_of_a_year_under_ninety_days_owes_nothing() -> None:
    later = span(date(2026, 10, 3), anchor=START)
    assert [one.year.first for one in owed([later], date(2026, 10, 5))] == [START]
    later = span(date(2026, 10, 4), anchor=START)
    assert owed([later], date(2026, 10, 5)) == []


def test_the_first_is_meant_for_the_middle_of_the_year_later_ones_a_year_after() -> None:
    year = Days(START, END)
    assert window_of(year, None) == Window(date(2026, 6, 2), date(2026, 7, 2), date(2026, 8, 31))
    assert window_of(year, date(2025, 3, 9)) == Window(
        date(2026, 2, 7), date(2026, 3, 9), date(2026, 5, 8)
    )
    assert window_of(year, date(2024, 2, 29)).target == START


def test_a_visit_of_leap_day_is_followed_by_one_of_1_march() -> None:
    assert window_of(Days(date(2025, 1, 1), date(2025, 12, 31)), date(2024, 2, 29)).target == date(
        2025, 3, 1
    )


def test_closed_days_and_full_days_are_avoided() -> None:
    window = Window(date(2026, 11, 23), date(2026, 11, 26), date(2026, 12, 4))
    closed = {date(2026, 11, 26), date(2026, 11, 28), date(2026, 11, 29)}

    def is_open(day: date) -> bool:
        return day not in closed

    assert propose_day(window, START, is_open, {}) == date(2026, 11, 25)
    assert propose_day(window, date(2026, 11, 26), is_open, {}) == date(2026, 11, 27)
    full = {date(2026, 11, 25): 2}
    assert propose_day(window, START, is_open, full) == date(2026, 11, 27)
    assert propose_day(window, START, lambda day: False, {}) is None
    assert propose_day(window, date(2026, 12, 5), is_open, {}) is None


@given(DAYS, st.integers(0, 900), st.one_of(st.none(), DAYS), st.integers(0, 400))
def test_a_window_lies_within_the_days_that_are_covered(
    first: date, length: int, previous: date | None, after: int
) -> None:
    covered = Days(first, first + timedelta(days=length))
    window = window_of(covered, previous, Rhythm(first_after=timedelta(days=after)))
    assert covered.first <= window.earliest <= window.target <= window.latest <= covered.last


@given(
    st.lists(
        st.tuples(DAYS, st.integers(0, 800), st.integers(1, 3), st.integers(0, 2), st.booleans()),
        max_size=5,
    ),
    DAYS,
)
def test_what_is_owed_is_owed_once_and_only_on_covered_days(
    drawn: list[tuple[date, int, int, int, bool]], today: date
) -> None:
    spans = [
        span(
            first,
            first + timedelta(days=length),
            contract_id=contract,
            rank=(rank, -number),
            has_inspections=has,
        )
        for number, (first, length, contract, rank, has) in enumerate(drawn)
    ]
    found = owed(spans, today)
    keys = [(one.contract_id, one.year.first) for one in found]
    assert len(keys) == len(set(keys))
    for one in found:
        assert one.year.first <= one.covered.first <= one.covered.last <= one.year.last
        assert one.covered.last >= today
        for day in (one.covered.first, one.covered.last):
            holders = [each for each in spans if each.covers(day)]
            nearest = min(holders, key=lambda each: each.rank)
            assert nearest.has_inspections
            assert nearest.contract_id == one.contract_id


@given(DAYS, st.integers(0, 90), DAYS, st.sets(st.integers(0, 6)), st.integers(0, 3))
def test_a_proposed_day_is_open_in_the_window_and_not_over(
    first: date, length: int, today: date, weekdays: set[int], full: int
) -> None:
    window = Window(first, first + timedelta(days=length // 2), first + timedelta(days=length))
    day = propose_day(
        window, today, lambda one: one.weekday() in weekdays, {window.target: full}, most_a_day=2
    )
    if day is not None:
        assert max(window.earliest, today) <= day <= window.latest
        assert day.weekday() in weekdays
