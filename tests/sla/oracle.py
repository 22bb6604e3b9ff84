"""A slow, obvious calendar: walks one step at a time, shares no code with the fast one.

The opening of a window is the first step at which the zone's clock shows that wall time or a later
one. That one sentence covers the repeated hour (the first), the missing hour and the skipped date
(the instant of the change).
"""

import datetime as dt
import functools
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Pauses = Sequence[tuple[int, int]]


class TooFar(Exception):
    """The walk left the range that the oracle knows."""


class Oracle:
    """Open steps of a range of UTC time; instants are step numbers since `origin`."""

    def __init__(
        self, spec: dict[str, Any], origin: dt.datetime, steps: int, step: dt.timedelta
    ) -> None:
        self.steps = steps
        shown = _highest_shown(spec["tz"], origin, steps, step)
        self.open = [False] * steps
        first = dt.date.fromisoformat(shown[0][:10]) - dt.timedelta(days=3)
        last = dt.date.fromisoformat(shown[-1][:10])
        day = first
        while day <= last:
            for opens, closes in _hours_on(spec, day):
                opening = bisect_left(shown, _wall(day, opens))
                for index in range(opening, bisect_left(shown, _wall(day, closes))):
                    self.open[index] = True
            day += dt.timedelta(days=1)

    def add(self, start: int, amount: int, pauses: Pauses = ()) -> int:
        if amount < 0:
            return self._back(start, -amount, pauses)
        index = start
        while amount or not self._counts(index, pauses):
            amount -= self._counts(index, pauses)
            index += 1
            if not amount and index > start and self._counts(index - 1, pauses):
                return index
        return index

    def _back(self, start: int, amount: int, pauses: Pauses) -> int:
        index = start
        while amount:
            index -= 1
            amount -= self._counts(index, pauses)
        return index

    def between(self, start: int, end: int, pauses: Pauses = ()) -> int:
        return sum(self._counts(index, pauses) for index in range(start, end))

    def next_opening(self, start: int) -> int:
        return self.add(start, 0)

    def next_closing(self, start: int) -> int:
        index = self.next_opening(start)
        while self._counts(index, ()):
            index += 1
        return index

    def _counts(self, index: int, pauses: Pauses) -> bool:
        if not 0 <= index < self.steps:
            raise TooFar
        return self.open[index] and not any(first <= index < last for first, last in pauses)


@functools.cache
def _highest_shown(tz: str, origin: dt.datetime, steps: int, step: dt.timedelta) -> list[str]:
    zone = ZoneInfo(tz)
    shown = ((origin + step * index).astimezone(zone) for index in range(steps))
    return list(accumulate((at.strftime("%Y-%m-%d %H:%M:%S") for at in shown), max))


def _hours_on(spec: dict[str, Any], day: dt.date) -> list[list[str]]:
    special: dict[str, list[list[str]]] = spec.get("special_hours", {})
    if day.isoformat() in special:
        return special[day.isoformat()]
    if day.isoformat() in spec.get("holidays", []):
        return []
    weekly: dict[str, list[list[str]]] = spec.get("weekly", {})
    return weekly.get(DAYS[day.weekday()], [])


def _wall(day: dt.date, time: str) -> str:
    parts = [int(part) for part in time.split(":")]
    date = day + dt.timedelta(days=parts[0] // 24)
    seconds = parts[2] if len(parts) == 3 else 0
    return f"{date} {parts[0] % 24:02}:{parts[1]:02}:{seconds:02}"
