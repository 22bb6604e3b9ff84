"""When to warn before an end. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

USUAL_DAYS = (90, 30, 7)
MOST_DAYS, MOST_HORIZONS = 730, 6


@dataclass(frozen=True, slots=True)
class End:
    """Something of a device that ends: its `kind` says what."""

    device_id: int
    kind: str
    ends_on: date


@dataclass(frozen=True, slots=True)
class Reached:
    """A horizon, in days before an end, that the day has reached."""

    end: End
    horizon: int


def reached(ends: Iterable[End], horizons: Collection[int], today: date) -> list[Reached]:
    """Return the horizons that are reached and whose end is not over, the widest first."""
    return [
        Reached(end, days)
        for end in ends
        for days in sorted(horizons, reverse=True)
        if 0 <= (end.ends_on - today).days <= days
    ]


def most_urgent(due: Sequence[Reached]) -> list[Reached]:
    """Keep the narrowest horizon of each end: after an outage nobody is told three times."""
    found: dict[End, Reached] = {}
    for one in due:
        if one.end not in found or one.horizon < found[one.end].horizon:
            found[one.end] = one
    return sorted(found.values(), key=lambda one: (one.end.ends_on, one.end.device_id))


def in_days(days: int) -> str:
    """Return "in 30 days"; today and tomorrow by name."""
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")
