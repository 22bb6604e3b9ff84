"""What a day was like: how long equipment answered, and how much of the time that is. Pure.

Time in which nobody could know (our side was ill, the site's agent was away) and time of planned
work count neither for nor against: a share is answered time of answered and silent time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from itertools import groupby

NOTHING = timedelta()
# A day with less silence than this had a short gap.
SHORT = timedelta(minutes=15)
WHOLE = Decimal(100)
HUNDREDTH = Decimal("0.01")


class DayKind(StrEnum):
    """What one bar of a day says. The value is the class of its colour."""

    GOOD = "ok"
    SHORT_GAP = "soon"
    LONG_GAP = "late"
    NOT_WATCHED = "idle"

    @property
    def label(self) -> str:
        """Return the words for people."""
        return WORDS[self]


WORDS = {
    DayKind.GOOD: "Without a gap",
    DayKind.SHORT_GAP: "Short gap",
    DayKind.LONG_GAP: "Long gap",
    DayKind.NOT_WATCHED: "Not watched",
}


@dataclass(frozen=True, slots=True)
class DayFigure:
    """One day of one check, or of a device. `slow_us` is what 19 of 20 answers stayed under."""

    day: date
    up: timedelta = NOTHING
    down: timedelta = NOTHING
    unknown: timedelta = NOTHING
    planned: timedelta = NOTHING
    slow_us: int | None = None

    @property
    def kind(self) -> DayKind:
        """Return what the day was."""
        if self.down:
            return DayKind.SHORT_GAP if self.down < SHORT else DayKind.LONG_GAP
        return DayKind.GOOD if self.up else DayKind.NOT_WATCHED

    @property
    def share(self) -> Decimal | None:
        """Return the share of the day in per cent."""
        return share_of([self])


@dataclass(frozen=True, slots=True)
class DayRun:
    """Days in a row that were alike; a day with a gap stands by itself."""

    kind: DayKind
    days: Sequence[DayFigure]

    @property
    def first(self) -> date:
        """Return the earliest day."""
        return self.days[0].day

    @property
    def last(self) -> date:
        """Return the latest day."""
        return self.days[-1].day

    @property
    def down(self) -> timedelta:
        """Return how long nothing answered."""
        return sum((day.down for day in self.days), NOTHING)

    @property
    def share(self) -> str:
        """Return the share in words; "" when nothing is known."""
        return spell_share(share_of(self.days))


def runs_of(days: Iterable[DayFigure]) -> list[DayRun]:
    """Return every one of `days` (the oldest first) in runs, the newest run first."""
    # A day with a gap has a key of its own, so that it joins no other.
    runs = groupby(days, key=lambda figure: (figure.kind, figure.day if figure.down else None))
    return [DayRun(kind, list(alike)) for (kind, _), alike in runs][::-1]


def share_of(days: Iterable[DayFigure]) -> Decimal | None:
    """Return how much of the known time was answered, in per cent; None when none is known.

    Rounded down to two places, so that 100 is said only where nothing was missed.
    """
    known = list(days)
    up = sum((day.up for day in known), NOTHING)
    total = up + sum((day.down for day in known), NOTHING)
    if not total:
        return None
    return (WHOLE * _seconds(up) / _seconds(total)).quantize(HUNDREDTH, ROUND_DOWN)


def spell_share(share: Decimal | None) -> str:
    """Return "99.98 %"; "" when nothing is known."""
    if share is None:
        return ""
    return "100 %" if share == WHOLE else f"{share} %"


def worst_of(checks: Sequence[Sequence[DayFigure]]) -> list[DayFigure]:
    """Return the days of a device: each day is that of the check that was silent longest.

    All checks come with the same days.
    """
    return [max(day, key=_badness) for day in zip(*checks, strict=True)]


def _badness(figure: DayFigure) -> tuple[timedelta, timedelta]:
    return figure.down, figure.up


def _seconds(span: timedelta) -> Decimal:
    return Decimal(span // timedelta(microseconds=1)) / 1_000_000
