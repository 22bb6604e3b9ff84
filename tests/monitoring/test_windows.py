"""When planned work goes on."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.windows import (
    Repeats,
    Rule,
    Window,
    next_window,
    quiet_stretches,
    quiet_until,
    window_at,
    windows_between,
)

PACIFIC = ZoneInfo("America/Los_Angeles")
HOUR = timedelta(hours=1)
few = settings(max_examples=150, derandomize=True, deadline=None, database=None)


def rule(
    on: str,
    at: str,
    hours: float = 2,
    repeats: Repeats = Repeats.ONCE,
    *,
    weekdays: tuple[int, ...] = (),
    until: str = "",
) -> Rule:
    return Rule(
        on=date.fromisoformat(on),
        at=time.fromisoformat(at),
        zone=PACIFIC,
        length=timedelta(hours=hours),
        repeats=repeats,
        weekdays=frozenset(weekdays),
        until=date.fromisoformat(until) if until else None,
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def is_in_window(one: Rule, instant: datetime) -> bool:
    return window_at(one, instant) is not None


def starts(one: Rule, first: str, last: str) -> list[str]:
    found = windows_between(one, at(first), at(last))
    return [window.starts_at.astimezone(PACIFIC).strftime("%a %d %b %H:%M") for window in found]


@pytest.mark.parametrize(
    ("instant", "answer"),
    [
        ("2026-06-16T21:59:59.999999-07:00", False),
        ("2026-06-16T22:00:00-07:00", True),
        ("2026-06-16T23:59:59.999999-07:00", True),
        ("2026-06-17T00:00:00-07:00", False),
        ("2026-06-17T22:30:00-07:00", False),
    ],
)
def test_the_beginning_belongs_to_a_window_and_its_end_does_not(instant: str, answer: bool) -> None:
    assert is_in_window(rule("2026-06-16", "22:00"), at(instant)) is answer


def test_a_window_may_pass_midnight() -> None:
    night = rule("2026-06-16", "23:00", 4)
    assert is_in_window(night, at("2026-06-17T02:59:00-07:00"))
    assert not is_in_window(night, at("2026-06-17T03:00:00-07:00"))


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (rule("2026-06-30", "22:00"), ["Tue 30 Jun 22:00"]),
        (
            rule("2026-06-29", "22:00", repeats=Repeats.DAILY, until="2026-07-01"),
            ["Mon 29 Jun 22:00", "Tue 30 Jun 22:00", "Wed 01 Jul 22:00"],
        ),
        (
            rule("2026-07-06", "22:00", repeats=Repeats.WEEKLY),
            ["Mon 06 Jul 22:00", "Mon 13 Jul 22:00", "Mon 20 Jul 22:00", "Mon 27 Jul 22:00"],
        ),
        (
            rule(
                "2026-07-08", "06:00", repeats=Repeats.WEEKLY, weekdays=(1, 3), until="2026-07-20"
            ),
            ["Wed 08 Jul 06:00", "Mon 13 Jul 06:00", "Wed 15 Jul 06:00", "Mon 20 Jul 06:00"],
        ),
        (
            rule("2026-06-09", "22:00", repeats=Repeats.MONTHLY),
            ["Tue 09 Jun 22:00", "Tue 14 Jul 22:00"],
        ),
        (
            rule("2026-06-30", "22:00", repeats=Repeats.MONTHLY),
            ["Tue 30 Jun 22:00", "Tue 28 Jul 22:00"],
        ),
    ],
)
def test_windows_come_as_often_as_their_rule_says(one: Rule, expected: list[str]) -> None:
    assert starts(one, "2026-06-01T00:00:00-07:00", "2026-07-31T00:00:00-07:00") == expected


@pytest.mark.parametrize(
    ("day", "wall", "starts_at", "ends_at"),
    [
        # Clocks go forward at 02:00: the window begins at the change, and is two hours long.
        ("2026-03-08", "02:30", "2026-03-08T10:00Z", "2026-03-08T12:00Z"),
        ("2026-03-08", "01:00", "2026-03-08T09:00Z", "2026-03-08T11:00Z"),
        # Clocks go back at 02:00: 01:30 occurs twice, and the first counts.
        ("2026-11-01", "01:30", "2026-11-01T08:30Z", "2026-11-01T10:30Z"),
        ("2026-11-01", "02:30", "2026-11-01T10:30Z", "2026-11-01T12:30Z"),
        ("2026-11-02", "02:30", "2026-11-02T10:30Z", "2026-11-02T12:30Z"),
    ],
)
def test_a_window_is_as_long_as_it_says_when_the_clocks_change(
    day: str, wall: str, starts_at: str, ends_at: str
) -> None:
    nightly = rule("2026-01-01", wall, repeats=Repeats.DAILY)
    window = nightly.window_of(date.fromisoformat(day))
    assert window == Window(at(starts_at), at(ends_at))


def test_the_next_window_is_the_one_that_has_not_begun() -> None:
    monthly = rule("2026-06-09", "22:00", repeats=Repeats.MONTHLY, until="2026-08-11")
    begun = at("2026-06-09T22:00:01-07:00")
    found = next_window(monthly, begun)
    assert found is not None
    assert found.starts_at == at("2026-07-14T22:00:00-07:00")
    assert next_window(monthly, at("2026-06-09T22:00:00-07:00")) == window_at(monthly, begun)
    assert next_window(monthly, at("2026-08-12T00:00:00-07:00")) is None
    assert next_window(monthly, at("2020-01-01T00:00:00Z")) is not None


NIGHT = (
    rule("2026-06-16", "22:00"),
    rule("2026-06-16", "23:00", 3),
    rule("2026-06-17", "02:00", 1),
    rule("2026-06-17", "05:00", 1),
)


def test_windows_that_hang_together_are_one_quiet_time() -> None:
    assert quiet_until(NIGHT, at("2026-06-16T22:30:00-07:00")) == at("2026-06-17T03:00:00-07:00")
    assert quiet_until(NIGHT, at("2026-06-17T03:00:00-07:00")) is None


def test_what_overlaps_or_touches_is_one_quiet_stretch() -> None:
    assert quiet_stretches(
        NIGHT, at("2026-06-16T23:30:00-07:00"), at("2026-06-17T05:15:00-07:00")
    ) == [
        Window(at("2026-06-16T23:30:00-07:00"), at("2026-06-17T03:00:00-07:00")),
        Window(at("2026-06-17T05:00:00-07:00"), at("2026-06-17T05:15:00-07:00")),
    ]


def test_windows_without_a_gap_are_quiet_for_a_year_and_not_for_ever() -> None:
    always = rule("2026-01-01", "00:00", 25, repeats=Repeats.DAILY)
    until = quiet_until([always], at("2026-06-16T12:00:00-07:00"))
    assert until is not None
    assert until > at("2027-06-01T00:00:00Z")


zones = st.sampled_from(
    ["America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Tokyo", "Pacific/Apia"]
)
rules = st.builds(
    Rule,
    on=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    at=st.times(),
    zone=zones.map(ZoneInfo),
    length=st.timedeltas(timedelta(minutes=1), timedelta(days=7)),
    repeats=st.sampled_from(Repeats),
    weekdays=st.frozensets(st.integers(1, 7)),
    until=st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
)
instants = st.timedeltas(timedelta(), timedelta(days=540)).map(
    lambda since: datetime(2025, 12, 1, tzinfo=UTC) + since
)


@few
@given(rules, instants)
def test_an_instant_is_quiet_exactly_when_a_window_of_some_day_holds_it(
    one: Rule, instant: datetime
) -> None:
    """The slow way: try every day that could reach the instant."""
    days = [instant.date() + timedelta(days=offset) for offset in range(-10, 3)]
    slow = any(
        window.starts_at <= instant < window.ends_at
        for window in (one.window_of(day) for day in days if one.is_on(day))
    )
    assert is_in_window(one, instant) is slow


@few
@given(rules, instants)
def test_the_next_window_is_a_window_and_none_comes_before_it(one: Rule, instant: datetime) -> None:
    found = next_window(one, instant)
    end = found.starts_at if found else instant + timedelta(days=30)
    between = windows_between(one, instant, end)
    assert [window for window in between if window.starts_at >= instant] == []
    if found is not None:
        assert found.starts_at >= instant
        assert is_in_window(one, found.starts_at)


@few
@given(st.lists(rules, max_size=4), instants, st.timedeltas(HOUR, timedelta(days=30)))
def test_quiet_stretches_are_apart_in_order_and_inside_what_was_asked(
    some: list[Rule], start: datetime, span: timedelta
) -> None:
    found = quiet_stretches(some, start, start + span)
    edges = [edge for window in found for edge in window]
    assert edges == sorted(set(edges))
    assert all(start <= edge <= start + span for edge in edges)


@few
@given(st.lists(rules, max_size=4), instants)
def test_quiet_time_ends_where_no_window_goes_on(some: list[Rule], instant: datetime) -> None:
    until = quiet_until(some, instant)
    assert (until is None) is not any(is_in_window(one, instant) for one in some)
    if until is not None and until < instant + timedelta(days=366):
        assert not any(is_in_window(one, until) for one in some)
