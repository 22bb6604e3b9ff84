"""When equipment that comes and goes is left to calm down before anybody is told again. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from monitoring.states import State

MOST_TURNS = 6
WITHIN = timedelta(minutes=30)
CALM = timedelta(minutes=30)

PROVEN = frozenset({State.UP, State.DOWN})


class Change(NamedTuple):
    """That a check came into a state at an instant."""

    at: datetime
    became: State


def turns(changes: Iterable[Change]) -> list[datetime]:
    """Return when it turned from proven up to proven down or back, the earliest first.

    Doubt in between does not count, and coming back to what was proven before is no turn.
    `changes` are in order.
    """
    found: list[datetime] = []
    proven: State | None = None
    for change in changes:
        if change.became not in PROVEN or change.became is proven:
            continue
        if proven is not None or change.became is State.DOWN:
            found.append(change.at)
        proven = change.became
    return found


def is_flapping(turned: Sequence[datetime], at: datetime) -> bool:
    """Did it turn so often lately that one more word about it tells nobody anything?"""
    return sum(at - WITHIN < turn <= at for turn in turned) >= MOST_TURNS


def calm_at(turned: Sequence[datetime]) -> datetime | None:
    """Return when it has been calm for long enough, if it does not turn again; None: never did."""
    return max(turned) + CALM if turned else None
