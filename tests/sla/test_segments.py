"""Segments add up: they are contiguous, cover the clock's time, and sum to the target."""

import datetime as dt
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.sla import (
    ClockState,
    ClockView,
    Fact,
    FactKind,
    Party,
    Phase,
    Priority,
    Reason,
    Target,
    Timeline,
    Unit,
    timeline,
)
from contracts.sla.promises import Promise
from tests.sla.specs import CALENDARS, PROMISES, at, fact, hours, opened, pacific, utc

K = FactKind
few = settings(max_examples=120, derandomize=True, deadline=None, database=None)
START = utc("2026-06-12 18:00")
KINDS = [kind for kind in FactKind if kind not in (K.OPENED, K.UNMERGED, K.RELEASED, K.ABSORBED)]
ELAPSED = Promise(
    "Elapsed",
    {
        key: Target(hours(30), unit)
        for key, unit in zip(
            PROMISES["tier-2"].targets,
            (Unit.ELAPSED, Unit.ELAPSED_TO_OPENING, Unit.ELAPSED_TO_OPENING, Unit.ELAPSED),
            strict=True,
        )
    },
)
TERMS = {**PROMISES, "elapsed": ELAPSED}
moments = st.integers(0, 60 * 24 * 8).map(lambda minutes: START + dt.timedelta(minutes=minutes))


@st.composite
def facts(draw: st.DrawFn) -> list[Fact]:
    promise_ids = st.sampled_from(["tier-2", "tier-2-slow", "elapsed"])
    opening = Fact(
        K.OPENED,
        START,
        priority=draw(st.sampled_from(Priority)),
        promise_id=draw(promise_ids),
        calendar_id="office",
    )
    later = [
        Fact(
            kind,
            draw(moments),
            priority=draw(st.sampled_from(Priority)),
            party=draw(st.sampled_from(Party)),
            until=draw(st.none() | moments),
            promise_id=draw(promise_ids) if kind is K.PROMISE_CHANGED else None,
        )
        for kind in draw(st.lists(st.sampled_from(KINDS), max_size=7))
    ]
    return [opening, *later]


def total(view: ClockView, *phases: Phase) -> dt.timedelta:
    parts = (segment.amount for segment in view.segments if segment.phase in phases)
    return sum(parts, dt.timedelta())


def stand(history: list[Fact], now: dt.datetime) -> Timeline:
    return timeline(history, TERMS, CALENDARS, now)


@few
@given(facts(), moments)
def test_segments_are_contiguous_and_cover_the_clock(history: list[Fact], now: dt.datetime) -> None:
    for view in stand(history, now).clocks:
        if not view.segments:
            assert (view.stopped_at or now) == view.started_at
            continue
        ends = max(instant for instant in (view.due, view.stopped_at or now) if instant)
        assert view.segments[0].start == view.started_at
        assert view.segments[-1].end == ends
        assert all(before.end == after.start for before, after in pairwise(view.segments))
        assert all(segment.start < segment.end for segment in view.segments)


@few
@given(facts(), moments)
def test_counted_segments_sum_to_the_time_used_and_up_to_the_deadline_to_the_target(
    history: list[Fact], now: dt.datetime
) -> None:
    for view in stand(history, now).clocks:
        assert view.target is not None
        if view.due is not None and view.segments:
            assert total(view, Phase.PAST, Phase.AHEAD) == view.target.amount
        if view.target.unit is not Unit.ELAPSED_TO_OPENING:
            assert total(view, Phase.PAST, Phase.OVER) == view.used
            assert view.left == view.target.amount - view.used


@few
@given(facts(), moments, moments)
def test_a_broken_promise_stays_broken_with_the_same_deadline(
    history: list[Fact], one: dt.datetime, other: dt.datetime
) -> None:
    sooner, later = (stand(history, now) for now in sorted((one, other)))
    for before, after in zip(sooner.clocks, later.clocks, strict=True):
        if before.is_late:
            assert after.is_late
            assert (after.due, after.rungs) == (before.due, before.rungs)


@few
@given(facts(), moments)
def test_late_means_past_the_deadline_and_met_means_not(
    history: list[Fact], now: dt.datetime
) -> None:
    for view in stand(history, now).clocks:
        if view.due is not None and not (view.stopped_at and view.state is ClockState.ENDED):
            assert view.is_late == ((view.stopped_at or now) > view.due)


def test_the_reasons_and_phases_of_one_long_story() -> None:
    view = at(
        "2026-06-18 12:00",
        opened("2026-06-11 16:00"),
        fact(K.HELD, "2026-06-12 09:00", party=Party.OWN_PART, reason="Card ordered"),
        fact(K.HELD, "2026-06-12 10:00", party=Party.CUSTOMER, reason="Wants Monday"),
        fact(K.RESUMED, "2026-06-15 09:00"),
        fact(K.RESOLVED, "2026-06-15 10:00"),
        fact(K.REOPENED, "2026-06-18 10:00"),
    ).resolve
    told = [
        (segment.reason.value, segment.phase.value, segment.amount, segment.detail)
        for segment in view.segments
    ]
    assert told == [
        ("counted", "past", hours(1), ""),
        ("outside_hours", "past", hours(0), ""),
        ("counted", "past", hours(1), ""),
        ("own_wait", "past", hours(1), "Card ordered"),
        ("paused", "past", hours(0), "Wants Monday"),
        ("counted", "past", hours(1), ""),
        ("closed", "past", hours(0), ""),
        ("counted", "past", hours(2), ""),
        ("counted", "ahead", hours(2), ""),
    ]
    assert view.segments[4].party is Party.CUSTOMER
    assert [segment.counted for segment in view.segments].count(False) == 3


def test_a_closed_stretch_names_the_holidays_in_it() -> None:
    view = at("2026-07-02 18:00", opened("2026-07-02 18:00")).respond
    assert view.segments[0].reason is Reason.OUTSIDE_HOURS
    assert view.segments[0].holidays == (dt.date(2026, 7, 3),)


def test_time_past_the_deadline_is_over() -> None:
    view = at("2026-06-16 18:00", opened("2026-06-15 10:00")).respond
    assert total(view, Phase.OVER) == hours(8)
    assert view.segments[-1].end == pacific("2026-06-16 18:00")
    assert view.segments[-1].reason is Reason.OUTSIDE_HOURS
