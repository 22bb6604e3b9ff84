"""How a check stands, and what one more result makes of it, as one table. Pure.

A single answer proves little: it takes several failures in a row to be down and several successes
to be up again (`Thresholds`). A result that says nothing about the equipment (our own side was ill,
the site's agent was away, the router before it is down) leaves the counts as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """How a check stands."""

    PENDING = "pending"
    UP = "up"
    SUSPECT = "suspect"
    DOWN = "down"
    RECOVERING = "recovering"
    UNKNOWN = "unknown"
    UNREACHABLE = "unreachable"


class Heard(StrEnum):
    """What one result says: it answered, it did not, we could not ask, or its parent is down."""

    SUCCESS = "success"
    FAILURE = "failure"
    NOTHING = "nothing"
    PARENT_DOWN = "parent_down"


# Confirmed down: an incident is open. RECOVERING still belongs to it.
OUTAGE = frozenset({State.DOWN, State.RECOVERING})


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How many in a row it takes, and when the next try comes while it is not settled."""

    failures: int = 3
    successes: int = 2
    retry_after: timedelta = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a check stands, and since when.

    `row` counts like results in a row: successes above zero, failures below. `settled` is what was
    proven last: UP or DOWN, or PENDING before anything was.
    """

    state: State
    since: datetime
    row: int = 0
    settled: State = State.PENDING


def after(standing: Standing, heard: Heard, at: datetime, thresholds: Thresholds) -> Standing:
    """Return how the check stands after one more result at `at`."""
    if shown := SILENT.get(heard):
        return _shown(standing, shown, at)
    good = heard is Heard.SUCCESS
    row = max(standing.row, 0) + 1 if good else min(standing.row, 0) - 1
    certain, doubtful = (State.UP, State.RECOVERING) if good else (State.DOWN, State.SUSPECT)
    settled = standing.settled
    if settled is certain or abs(row) >= _needed(settled, good, thresholds):
        settled = certain
    state = certain if settled is certain else doubtful
    return replace(_shown(standing, state, at), row=row, settled=settled)


SILENT = {Heard.NOTHING: State.UNKNOWN, Heard.PARENT_DOWN: State.UNREACHABLE}


def _needed(settled: State, good: bool, thresholds: Thresholds) -> int:
    if not good:
        return thresholds.failures
    # The very first success is proof enough: nobody was told of an outage.
    return 1 if settled is State.PENDING else thresholds.successes


def _shown(standing: Standing, state: State, at: datetime) -> Standing:
    since = standing.since if state is standing.state else at
    return replace(standing, state=state, since=since)
