"""Ends, notice and periods of contracts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.renewals import (
    About,
    Reminder,
    Renewal,
    RenewalError,
    RenewalRule,
    add_months,
    end_after_notice,
    last_day_for_notice,
    most_urgent,
    period_after,
    reminders,
    renewal_day,
)

YEARLY = Renewal(RenewalRule.AUTOMATIC, 12, 30)
BY_HAND = Renewal(RenewalRule.MANUAL, 12)
days = st.dates(date(1990, 1, 1), date(2080, 12, 31))
terms = st.integers(1, 60)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-01-31", 2, "2026-03-31"),
        ("2026-08-31", 1, "2026-09-30"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-06-01", 0, "2026-06-01"),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_of_the_month(
    day: str, months: int, expected: str
) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(expected)


def test_no_contract_is_renewed_beyond_the_years_that_can_be_written() -> None:
    with pytest.raises(RenewalError, match="beyond the year 2199"):
        add_months(date(2199, 12, 1), 1)


@given(days, st.integers(0, 240), st.integers(0, 240))
def test_months_only_go_forward_and_keep_the_day_where_it_exists(
    day: date, months: int, more: int
) -> None:
    later = add_months(day, months)
    assert later <= add_months(day, months + more)
    assert later.day == day.day or (later.day < day.day and (later + timedelta(1)).day == 1)


@given(days, terms, st.integers(0, 8))
def test_periods_follow_each_other_without_gap_or_overlap_and_never_drift(
    anchor: date, months: int, renewals: int
) -> None:
    period, following = (period_after(anchor, months, renewals + step) for step in (0, 1))
    assert following.first == period.last + timedelta(days=1)
    assert period.first <= period.last
    assert period.first == add_months(anchor, months * renewals)


def test_the_31st_comes_back_after_a_short_month() -> None:
    anchor = date(2026, 1, 31)
    firsts = [period_after(anchor, 1, renewals).first.isoformat() for renewals in range(4)]
    assert firsts == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


@given(days, st.integers(0, 730))
def test_notice_on_the_last_day_leaves_all_days_of_notice(ends_on: date, notice: int) -> None:
    assert ends_on - last_day_for_notice(ends_on, notice) == timedelta(days=notice)


@pytest.mark.parametrize(
    ("given_on", "ends_on", "renewal", "expected"),
    [
        ("2026-12-01", "2026-12-31", YEARLY, ("2026-12-31", 0)),
        ("2026-12-02", "2026-12-31", YEARLY, ("2027-12-31", 1)),
        ("2026-12-31", "2026-12-31", BY_HAND, ("2026-12-31", 0)),
        ("2026-06-15", None, Renewal(notice_days=30), ("2026-07-15", 0)),
        ("2026-06-15", None, Renewal(), ("2026-06-15", 0)),
        ("2026-12-03", "2026-12-31", Renewal(RenewalRule.AUTOMATIC, 1, 60), ("2027-02-28", 2)),
    ],
)
def test_notice_ends_a_contract_at_the_first_end_for_which_it_is_in_time(
    given_on: str, ends_on: str | None, renewal: Renewal, expected: tuple[str, int]
) -> None:
    end = date.fromisoformat(ends_on) if ends_on else None
    anchor = end + timedelta(days=1) if end else None
    last, count = end_after_notice(date.fromisoformat(given_on), end, renewal, anchor, 0)
    assert (last.isoformat(), count) == expected


@given(days, days, terms, st.integers(1, 400))
def test_after_notice_there_are_always_the_days_of_notice_or_the_agreed_end(
    given_on: date, ends_on: date, months: int, notice: int
) -> None:
    renewal = Renewal(RenewalRule.AUTOMATIC, months, notice)
    # Nobody gives notice years after the end.
    given_on = min(given_on, ends_on)
    last, count = end_after_notice(given_on, ends_on, renewal, ends_on + timedelta(days=1), 0)
    assert last - given_on >= timedelta(days=notice)
    assert (last == ends_on) is (count == 0)


def test_it_renews_on_the_first_day_that_is_too_late_for_notice() -> None:
    assert renewal_day(date(2026, 12, 31), YEARLY) == date(2026, 12, 2)
    assert renewal_day(date(2026, 12, 31), BY_HAND) is None


@given(days, terms, st.integers(1, 730))
def test_an_automatic_renewal_comes_before_the_end(ends_on: date, months: int, notice: int) -> None:
    day = renewal_day(ends_on, Renewal(RenewalRule.AUTOMATIC, months, notice))
    assert day is not None
    assert day <= ends_on


def told(found: list[Reminder]) -> list[tuple[str, str, int]]:
    return [(one.on.isoformat(), one.about.value, one.days) for one in found]


def test_reminders_come_before_the_end_and_before_the_last_day_of_notice() -> None:
    renewal = Renewal(RenewalRule.MANUAL, 12, 45)
    found = reminders(
        date(2026, 12, 31), renewal, is_ending=False, horizons=(90, 30), since=date(2026, 1, 1)
    )
    assert told(found) == [
        ("2026-08-18", "notice", 90),
        ("2026-10-02", "end", 90),
        ("2026-10-17", "notice", 30),
        ("2026-12-01", "end", 30),
    ]


def test_what_renews_by_itself_is_not_reminded_of_an_end_that_never_comes() -> None:
    renewal = Renewal(RenewalRule.AUTOMATIC, 12, 60)
    found = reminders(
        date(2026, 12, 31), renewal, is_ending=False, horizons=(90, 30), since=date(2026, 1, 1)
    )
    assert told(found) == [
        ("2026-08-03", "notice", 90),
        ("2026-10-02", "end", 90),
        ("2026-10-02", "notice", 30),
    ]


def test_after_notice_only_the_end_is_left_to_remind_of() -> None:
    found = reminders(
        date(2026, 12, 31), YEARLY, is_ending=True, horizons=(30,), since=date(2026, 1, 1)
    )
    assert told(found) == [("2026-12-01", "end", 30)]


def test_what_was_agreed_after_a_horizon_is_not_reminded_at_once() -> None:
    found = reminders(
        date(2026, 12, 31), BY_HAND, is_ending=False, horizons=(90, 60, 30), since=date(2026, 11, 1)
    )
    assert told(found) == [("2026-12-01", "end", 30)]


def test_of_several_the_last_call_for_notice_is_told() -> None:
    end, notice = date(2026, 12, 31), date(2026, 12, 1)
    due = [
        Reminder(About.END, 60, end),
        Reminder(About.NOTICE, 90, notice),
        Reminder(About.NOTICE, 60, notice),
    ]
    assert most_urgent(due) == due[2]
    assert most_urgent([]) is None


@pytest.mark.parametrize(
    ("rule", "months", "notice_days", "field"),
    [
        (RenewalRule.AUTOMATIC, 0, 30, "months"),
        (RenewalRule.MANUAL, 121, 0, "months"),
        (RenewalRule.NONE, -1, 0, "months"),
        (RenewalRule.AUTOMATIC, 12, 0, "notice_days"),
        (RenewalRule.MANUAL, 12, 731, "notice_days"),
        (RenewalRule.NONE, 0, -1, "notice_days"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_at_its_field(
    rule: RenewalRule, months: int, notice_days: int, field: str
) -> None:
    with pytest.raises(RenewalError) as refusal:
        Renewal(rule, months, notice_days)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("renewal", "words"),
    [
        (YEARLY, "Renews by itself for 12 months, with 30 days' notice"),
        (Renewal(RenewalRule.MANUAL, 1, 1), "Can be renewed for 1 month, with 1 day's notice"),
        (Renewal(), "Is not renewed"),
    ],
)
def test_a_rule_can_be_read_aloud(renewal: Renewal, words: str) -> None:
    assert renewal.words() == words
