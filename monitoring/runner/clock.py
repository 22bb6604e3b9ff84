"""The runner's two clocks: a steady one for its rhythm, and the database's for what it writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic

# The database's clock wanders by less than this between two looks at it.
JUMP = timedelta(seconds=2)


class Clock:
    """Seconds that never jump, and the instant that the database would give.

    The steady clock begins at the database's time when the runner starts and goes on by the
    machine's monotonic clock, so that neither clock being set moves a single turn. Instants for
    rows follow the database's clock, whatever happens to it.
    """

    def __init__(self, database_now: datetime, tick: Callable[[], float] = monotonic) -> None:
        self._tick = tick
        self._base = database_now.timestamp() - tick()
        self._correction = timedelta()
        self.jumps = 0

    def steady(self) -> float:
        """Return seconds that only ever go forward, evenly."""
        return self._base + self._tick()

    def instant(self) -> datetime:
        """Return the instant (UTC) for a row that is written now."""
        return self._instant_at(self.steady())

    def steady_of(self, instant: datetime) -> float:
        """Return the steady second of an instant of a row."""
        return (instant - self._correction).timestamp()

    def follow(self, database_now: datetime, asked: float, heard: float) -> bool:
        """Take over the database's time; return whether its clock was set since the last look.

        It was read at some moment between the steady seconds `asked` and `heard`: how long the
        answer was on its way says nothing about the clock.
        """
        away = database_now - self._instant_at(asked)
        if away >= timedelta():
            away = max(database_now - self._instant_at(heard), timedelta())
        self._correction += away
        jumped = abs(away) > JUMP
        self.jumps += jumped
        return jumped

    def _instant_at(self, steady: float) -> datetime:
        return datetime.fromtimestamp(steady, UTC) + self._correction
