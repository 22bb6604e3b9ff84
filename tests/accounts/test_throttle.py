"""How calls of a key are counted by several processes."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as some

from accounts.api_throttle import STRIDE, Tally


class Shared:
    """The counter that all processes share, and how often it was asked."""

    def __init__(self) -> None:
        self.count, self.asked = 0, 0

    def count_up(self, by: int) -> int:
        self.asked += 1
        self.count += by
        return self.count

    def count_up_slowly(self, by: int) -> int:
        time.sleep(0.01)
        return self.count_up(by)


def test_one_process_lets_exactly_the_limit_through() -> None:
    for limit in (1, 2, 3, 9, 10, 11, 300):
        tally, shared = Tally(), Shared()
        assert sum(tally.allows(limit, shared.count_up) for _ in range(limit + 20)) == limit


def test_far_from_the_limit_one_call_in_five_asks_and_from_its_half_every_call() -> None:
    tally, shared = Tally(), Shared()
    for _ in range(100):
        tally.allows(200, shared.count_up)
    assert shared.asked == 100 // STRIDE
    for _ in range(100):
        tally.allows(200, shared.count_up)
    assert (shared.asked, shared.count) == (100 // STRIDE + 100, 200)


def test_calls_that_wait_for_the_counter_together_are_counted_once_each() -> None:
    tally, shared = Tally(), Shared()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: tally.allows(40, shared.count_up_slowly), range(60)))
    assert shared.count + tally.untold == 60
    assert 40 <= answers.count(True) < 40 + STRIDE


@given(some.integers(1, 60), some.lists(some.integers(0, 2), max_size=150))
def test_each_further_process_lets_a_few_calls_too_many_through_at_most(
    limit: int, order: list[int]
) -> None:
    shared, tallies = Shared(), [Tally() for _ in range(3)]
    allowed = sum(tallies[process].allows(limit, shared.count_up) for process in order)
    assert min(limit, len(order)) <= allowed <= limit + 3 * (STRIDE - 1)
