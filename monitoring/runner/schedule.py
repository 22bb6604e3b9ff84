"""When each check is due: spread phases, quick second tries, and a heap. Pure.

Instants are seconds of a steady clock that never jumps (see `clock.Clock`). Every check has a phase
of its own within its interval, made of its id, so that checks of the same interval spread evenly
and a restarted runner keeps the rhythm of the one before.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Hashable
from typing import Generic, TypeVar

# 2**64 divided by the golden ratio: neighbouring ids land far from each other.
GOLDEN = 0x9E3779B97F4A7C15
WHOLE = 2**64
# What was missed while no runner ran is caught up with within this many seconds.
CATCH_UP_WITHIN = 5.0
JITTER = 0.1

Key = TypeVar("Key", bound=Hashable)


def share_of(number: int) -> float:
    """Return a number's place between 0 and 1, the same for ever."""
    return (number * GOLDEN % WHOLE) / WHOLE


def next_slot(check_id: int, every: float, after: float) -> float:
    """Return the first regular turn of a check after an instant."""
    phase = share_of(check_id) * every
    turn = phase + (math.floor((after - phase) / every) + 1) * every
    # Floating point may round down to the instant itself.
    return turn if turn > after else turn + every


def first_due(check_id: int, every: float, last: float | None, now: float) -> float:
    """Return when a check is asked for the first time by this runner.

    A turn that fell into the time without a runner is made up for at once, a little spread.
    """
    if last is None or last > now:
        return now + share_of(check_id) * min(every, CATCH_UP_WITHIN)
    slot = next_slot(check_id, every, last)
    return slot if slot > now else now + share_of(check_id) * CATCH_UP_WITHIN


def due_again(check_id: int, every: float, retry_after: float, now: float) -> float:
    """Return when a check is asked next while what it said is not proven yet."""
    spread = 1 + JITTER * (2 * share_of(check_id) - 1)
    return min(now + retry_after * spread, next_slot(check_id, every, now))


class Schedule(Generic[Key]):
    """Who is due when. Putting a key again moves it."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Key]] = []
        self._current: dict[Key, tuple[int, float]] = {}
        self._serial = 0

    def __len__(self) -> int:
        return len(self._current)

    def put(self, key: Key, due: float) -> None:
        """Ask `key` at `due`, instead of when it was due before."""
        self._serial += 1
        self._current[key] = (self._serial, due)
        heapq.heappush(self._heap, (due, self._serial, key))
        if len(self._heap) > 4 * len(self._current) + 64:
            self._tidy()

    def pull(self, key: Key, due: float) -> None:
        """Ask `key` at `due` if it would come later; leave one alone that is not waiting."""
        if (known := self._current.get(key)) is not None and known[1] > due:
            self.put(key, due)

    def drop(self, key: Key) -> None:
        """Forget a key."""
        self._current.pop(key, None)

    def pop_due(self, now: float) -> list[tuple[Key, float]]:
        """Take out everything that is due, with the instants at which it was."""
        found: list[tuple[Key, float]] = []
        while self._heap and self._heap[0][0] <= now:
            due, serial, key = heapq.heappop(self._heap)
            if self._is_current(key, serial):
                del self._current[key]
                found.append((key, due))
        return found

    def next_due(self) -> float | None:
        """Return when the next one is due; None when nothing waits."""
        while self._heap and not self._is_current(self._heap[0][2], self._heap[0][1]):
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def _is_current(self, key: Key, serial: int) -> bool:
        return self._current.get(key, (0, 0.0))[0] == serial

    def _tidy(self) -> None:
        self._heap = [(due, serial, key) for key, (serial, due) in self._current.items()]
        heapq.heapify(self._heap)
