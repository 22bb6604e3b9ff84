"""Which days of a device are gaps: by hand, and against a walk day by day."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.gaps import DeviceTimes, Gap, GapKind, Span, gaps_between, joined

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
K = GapKind


def day(number: int) -> date:
    """Return a day of 2026 by its number from 0."""
    return FIRST + timedelta(days=number)


def span(start: int, end: int | None = None) -> Span:
    return Span(day(start), None if end is None else day(end))


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        pytest.param(DeviceTimes(covers=(span(-10),)), [], id="covered for good"),
        pytest.param(DeviceTimes(), [(K.NOT_COVERED, 0, 364)], id="nothing at all"),
        pytest.param(
            DeviceTimes(covers=(span(0, 99), span(200))),
            [(K.NOT_COVERED, 100, 199)],
            id="a hole between two contracts",
        ),
        pytest.param(
            DeviceTimes(covers=(span(0, 99), span(100, 364))), [], id="one contract after the other"
        ),
        pytest.param(
            DeviceTimes(installed_on=day(50), retired_on=day(100)),
            [(K.NOT_COVERED, 50, 99)],
            id="only while it is in service",
        ),
        pytest.param(
            DeviceTimes(covers=(span(0, 99),), monitored=(span(50),)),
            [(K.COVERED_NOT_MONITORED, 0, 49), (K.MONITORED_NOT_COVERED, 100, 364)],
            id="monitored and covered at different times",
        ),
        pytest.param(
            DeviceTimes(covers=(span(0),), monitored=None), [], id="monitoring is not known yet"
        ),
        pytest.param(
            DeviceTimes(covers=(span(0),), monitored=()),
            [(K.COVERED_NOT_MONITORED, 0, 364)],
            id="known not to be monitored",
        ),
        pytest.param(
            DeviceTimes(covers=(span(0),), warranties=(span(10, 19), span(30, 39))),
            [(K.WARRANTY_LAPSED, 20, 29), (K.WARRANTY_LAPSED, 40, 364)],
            id="a warranty that lapsed twice",
        ),
        pytest.param(
            DeviceTimes(covers=(span(0, 99),), warranties=(span(50, 149),)),
            [(K.WARRANTY_NOT_COVERED, 100, 149), (K.NOT_COVERED, 150, 364)],
            id="a warranty that outlives its contract",
        ),
        pytest.param(
            DeviceTimes(covers=(span(0, 199),), support_ends_on=day(99)),
            [(K.SUPPORT_ENDED, 100, 199), (K.NOT_COVERED, 200, 364)],
            id="support ends while it is covered",
        ),
    ],
)
def test_gaps_of_a_device(times: DeviceTimes, expected: list[tuple[GapKind, int, int]]) -> None:
    found = gaps_between(times, FIRST, LAST)
    assert found == [Gap(kind, day(start), day(end)) for kind, start, end in expected]


numbers = st.integers(-5, 25)
spans = st.lists(
    st.builds(
        lambda start, length: Span(day(start), None if length is None else day(start + length)),
        numbers,
        st.none() | st.integers(0, 12),
    ),
    max_size=3,
).map(tuple)
all_times = st.builds(
    DeviceTimes,
    covers=spans,
    warranties=spans,
    support_ends_on=st.none() | numbers.map(day),
    monitored=st.none() | spans,
    installed_on=st.none() | numbers.map(day),
    retired_on=st.none() | numbers.map(day),
)


def within(found: tuple[Span, ...], on: date) -> bool:
    return any(it.starts_on <= on and (it.ends_on is None or on <= it.ends_on) for it in found)


def walked(times: DeviceTimes, on: date) -> set[GapKind]:
    """Return the gaps of one day, by the words of the rules."""
    in_service = (times.installed_on is None or times.installed_on <= on) and (
        times.retired_on is None or on < times.retired_on
    )
    if not in_service:
        return set()
    monitored = within(times.monitored or (), on)
    warranty = within(times.warranties, on)
    if not within(times.covers, on):
        worst = K.WARRANTY_NOT_COVERED if warranty else K.NOT_COVERED
        return {K.MONITORED_NOT_COVERED if monitored else worst}
    had_warranty = any(it.starts_on <= on for it in times.warranties)
    rules = {
        K.WARRANTY_LAPSED: had_warranty and not warranty,
        K.SUPPORT_ENDED: times.support_ends_on is not None and times.support_ends_on < on,
        K.COVERED_NOT_MONITORED: times.monitored is not None and not monitored,
    }
    return {kind for kind, holds in rules.items() if holds}


@given(all_times)
def test_gaps_are_those_of_a_walk_day_by_day(times: DeviceTimes) -> None:
    found = gaps_between(times, day(0), day(20))
    for number in range(21):
        on = day(number)
        assert {gap.kind for gap in found if gap.starts_on <= on <= gap.ends_on} == walked(
            times, on
        )


@given(all_times)
def test_gaps_lie_in_the_window_and_those_of_a_kind_do_not_touch(times: DeviceTimes) -> None:
    found = gaps_between(times, day(0), day(20))
    for gap in found:
        assert day(0) <= gap.starts_on <= gap.ends_on <= day(20)
    for kind in GapKind:
        runs = [gap for gap in found if gap.kind is kind]
        for earlier, later in pairwise(runs):
            assert later.starts_on > earlier.ends_on + timedelta(days=1)


@given(spans)
def test_joined_spans_hold_the_same_days(some: tuple[Span, ...]) -> None:
    found = joined(some, day(0), day(20))
    for number in range(21):
        on = day(number)
        assert any(start <= on <= end for start, end in found) == within(some, on)
