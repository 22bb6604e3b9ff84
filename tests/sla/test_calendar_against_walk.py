"""The fast calendar equals a slow walk over nights on which the clocks change."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from contracts.sla import ServiceCalendar
from tests.sla.oracle import DAYS, Oracle, TooFar

MINUTE = dt.timedelta(minutes=1)
SECOND = dt.timedelta(seconds=1)
STEPS = 9 * 24 * 60
NIGHTS = (
    ("America/Los_Angeles", "2026-03-08"),
    ("America/Los_Angeles", "2026-11-01"),
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("Asia/Jerusalem", "2026-03-27"),
    ("Asia/Jerusalem", "2026-10-25"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("Atlantic/Azores", "2026-03-29"),
    ("Atlantic/Azores", "2026-10-25"),
    ("America/Sao_Paulo", "2018-11-04"),
    ("America/Havana", "2026-11-01"),
    ("Antarctica/Troll", "2026-03-29"),
    ("Pacific/Apia", "2011-12-30"),
    ("Pacific/Kwajalein", "1993-08-21"),
    ("America/Los_Angeles", "2026-12-31"),
)
few = settings(max_examples=100, derandomize=True, deadline=None, database=None)


@dataclass(frozen=True)
class Case:
    """A calendar around one night, in both forms."""

    spec: dict[str, Any]
    origin: dt.datetime
    fast: ServiceCalendar
    slow: Oracle

    def instant(self, step: int) -> dt.datetime:
        return self.origin + MINUTE * step

    def pauses(self, steps: list[tuple[int, int]]) -> list[tuple[dt.datetime, dt.datetime]]:
        return [(self.instant(first), self.instant(last)) for first, last in steps]


def open_runs(slow: Oracle, start: int, end: int) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for step in range(start, end):
        if slow.open[step]:
            begins = runs.pop()[0] if runs and runs[-1][1] == step else step
            runs.append((begins, step + 1))
    return runs


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


# Quarter hours around the night make clashes with the change frequent; odd minutes find the rest.
minutes = st.one_of(st.integers(0, 20).map(lambda quarter: quarter * 15), st.integers(0, 1439))
lengths = st.one_of(st.sampled_from([15, 30, 60, 90, 180, 540, 1440]), st.integers(1, 1440))


@st.composite
def hours(draw: st.DrawFn) -> list[list[str]]:
    starts = draw(st.lists(minutes, max_size=3))
    return [[clock(start), clock(start + draw(lengths))] for start in starts]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    tz, night = draw(st.sampled_from(NIGHTS))
    day = dt.date.fromisoformat(night)
    near = st.integers(-3, 3).map(lambda days: (day + dt.timedelta(days=days)).isoformat())
    spec: dict[str, Any] = {
        "tz": tz,
        "weekly": {name: draw(hours()) for name in DAYS},
        "holidays": draw(st.lists(near, max_size=2)),
        "special_hours": draw(st.dictionaries(near, hours(), max_size=2)),
    }
    assume(any(spec["weekly"].values()))
    midnight = dt.datetime.combine(day, dt.time(), dt.UTC)
    origin = midnight - dt.timedelta(days=4)
    slow = Oracle(spec, origin, STEPS, MINUTE)
    return Case(spec, origin, ServiceCalendar.from_dict(spec), slow)


starts = st.integers(2 * 1440, 6 * 1440)
pause_lists = st.lists(
    st.tuples(starts, st.integers(0, 1440)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    max_size=3,
)


@few
@given(cases(), starts, st.integers(-1440, 1440), pause_lists)
def test_add_equals_a_walk_minute_by_minute(
    case: Case, start: int, amount: int, pauses: list[tuple[int, int]]
) -> None:
    try:
        wanted = case.slow.add(start, amount, pauses)
    except TooFar:
        assume(False)
    got = case.fast.add(case.instant(start), MINUTE * amount, case.pauses(pauses))
    assert got == case.instant(wanted)


@few
@given(cases(), starts, starts, pause_lists)
def test_between_equals_a_walk_minute_by_minute(
    case: Case, one: int, other: int, pauses: list[tuple[int, int]]
) -> None:
    start, end = sorted((one, other))
    wanted = MINUTE * case.slow.between(start, end, pauses)
    spans = case.pauses(pauses)
    assert case.fast.between(case.instant(start), case.instant(end), spans) == wanted
    assert case.fast.between(case.instant(end), case.instant(start), spans) == -wanted


@few
@given(cases(), starts)
def test_openings_and_closings_equal_a_walk_minute_by_minute(case: Case, start: int) -> None:
    instant = case.instant(start)
    assert case.fast.is_open(instant) == case.slow.open[start]
    try:
        opening, closing = case.slow.next_opening(start), case.slow.next_closing(start)
    except TooFar:
        assume(False)
    assert case.fast.next_opening(instant) == case.instant(opening)
    assert case.fast.next_closing(instant) == case.instant(closing)


@few
@given(cases(), starts, starts)
def test_windows_are_the_open_runs_of_the_walk(case: Case, one: int, other: int) -> None:
    start, end = sorted((one, other))
    windows = list(case.fast.windows(case.instant(start), case.instant(end)))
    assert windows == case.pauses(open_runs(case.slow, start, end))


@pytest.mark.parametrize(("tz", "night"), NIGHTS[:14])
def test_a_window_with_seconds_equals_a_walk_second_by_second(tz: str, night: str) -> None:
    spec = {
        "tz": tz,
        "weekly": {day: [["00:59:30", "01:30:15"], ["02:10:05", "03:00:01"]] for day in DAYS},
    }
    middle = dt.datetime.fromisoformat(night).replace(tzinfo=dt.UTC)
    origin = middle - dt.timedelta(hours=15)
    slow = Oracle(spec, origin, 30 * 3600, SECOND)
    end = origin + SECOND * slow.steps
    assert list(ServiceCalendar.from_dict(spec).windows(origin, end)) == [
        (origin + SECOND * first, origin + SECOND * last)
        for first, last in open_runs(slow, 0, slow.steps)
    ]
