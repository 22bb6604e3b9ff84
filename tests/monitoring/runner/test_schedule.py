"""When checks are due."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from monitoring.runner.schedule import (
    CATCH_UP_WITHIN,
    Schedule,
    due_again,
    first_due,
    next_slot,
)

NOW = 1_795_000_000.0
ids = some.integers(min_value=1, max_value=2**63 - 1)
intervals = some.floats(min_value=30, max_value=86400)


@given(ids, intervals, some.floats(min_value=0, max_value=4e9))
def test_the_next_turn_is_later_and_within_one_interval(
    check_id: int, every: float, after: float
) -> None:
    assert after < next_slot(check_id, every, after) <= after + every * 1.001


@given(ids, intervals)
def test_turns_keep_their_rhythm(check_id: int, every: float) -> None:
    first = next_slot(check_id, every, NOW)
    assert abs(next_slot(check_id, every, first + every / 2) - first - every) < 0.01


def test_checks_of_one_interval_spread_evenly() -> None:
    turns = [next_slot(check_id, 60.0, NOW) - NOW for check_id in range(1, 6001)]
    a_second = [sum(1 for turn in turns if second <= turn < second + 1) for second in range(60)]
    assert min(a_second) >= 95
    assert max(a_second) <= 105


@given(ids, intervals, some.floats(min_value=0, max_value=1e6))
def test_a_restarted_runner_leaves_no_gap_over_one_interval_and_the_time_without_it(
    check_id: int, every: float, away: float
) -> None:
    last = next_slot(check_id, every, NOW)
    now = last + away
    due = first_due(check_id, every, last, now)
    assert due >= now or due > last
    assert due - last <= max(every * 1.001, away + CATCH_UP_WITHIN)


def test_a_new_check_is_asked_within_seconds() -> None:
    assert NOW <= first_due(7, 86400.0, None, NOW) <= NOW + CATCH_UP_WITHIN


def test_a_second_try_comes_soon_and_never_after_the_regular_turn() -> None:
    tries = [due_again(check_id, 60.0, 20.0, NOW) - NOW for check_id in range(1, 200)]
    assert all(0 < wait <= 22 for wait in tries)
    assert all(
        due_again(check_id, 60.0, 300.0, NOW) == next_slot(check_id, 60.0, NOW)
        for check_id in range(1, 20)
    )


def test_due_keys_come_in_order_and_once() -> None:
    schedule: Schedule[str] = Schedule()
    schedule.put("b", 2.0)
    schedule.put("a", 1.0)
    schedule.put("c", 3.0)
    assert schedule.next_due() == 1.0
    assert schedule.pop_due(2.5) == [("a", 1.0), ("b", 2.0)]
    assert schedule.pop_due(2.5) == []
    assert schedule.next_due() == 3.0


def test_putting_again_moves_and_dropping_forgets() -> None:
    schedule: Schedule[str] = Schedule()
    schedule.put("a", 1.0)
    schedule.put("a", 5.0)
    assert schedule.pop_due(4.0) == []
    schedule.pull("a", 2.0)
    schedule.pull("a", 3.0)
    assert schedule.pop_due(2.0) == [("a", 2.0)]
    schedule.put("a", 6.0)
    schedule.drop("a")
    schedule.pull("a", 1.0)
    assert (schedule.next_due(), len(schedule)) == (None, 0)


def test_moving_a_key_for_ever_takes_no_more_memory() -> None:
    schedule: Schedule[int] = Schedule()
    for turn in range(10_000):
        schedule.put(1, float(turn))
    assert len(schedule._heap) < 100
