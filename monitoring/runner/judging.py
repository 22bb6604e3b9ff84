"""What a result makes of a check, seen beside its parent and our own health. Pure but for types.

A failure counts against the equipment only when nothing else explains it: our own side is ill, the
site's agent is away, or what lies before the equipment is down. A child whose parent has not been
heard since the child began to fail waits for the parent's proof before it is called down.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from monitoring.probes.results import Outcome
from monitoring.runner.plans import Watched
from monitoring.states import SILENT, Heard, Standing, State, Thresholds, after


class Parent(StrEnum):
    """What is known of the check before this one."""

    WELL = "well"
    DOWN = "down"
    # Not heard of since the child began to fail, or suspect itself.
    UNPROVEN = "unproven"
    UNKNOWN = "unknown"


SILENT_STATES = frozenset(SILENT.values())
GOOD = frozenset({Outcome.ALIVE, Outcome.DEGRADED})
EXCUSES = {Parent.DOWN: Heard.PARENT_DOWN, Parent.UNKNOWN: Heard.NOTHING}


def parent_word(parent: Watched | None, failing_since: float) -> Parent:
    """Return what the parent says about a child that fails since a steady second."""
    if parent is None:
        return Parent.WELL
    standing = parent.standing
    if standing.state is State.UNKNOWN:
        return Parent.UNKNOWN
    if standing.settled is State.DOWN or standing.state is State.UNREACHABLE:
        return Parent.DOWN
    if standing.state is State.SUSPECT or parent.answered < failing_since:
        return Parent.UNPROVEN
    return Parent.WELL


def heard_of(outcome: Outcome, parent: Parent, *, we_are_ill: bool) -> Heard:
    """Return what an outcome says about the equipment."""
    if outcome in GOOD:
        return Heard.SUCCESS
    if outcome is Outcome.UNKNOWN or we_are_ill:
        return Heard.NOTHING
    return EXCUSES.get(parent, Heard.FAILURE)


def judged(
    standing: Standing, heard: Heard, parent: Parent, at: datetime, thresholds: Thresholds
) -> Standing:
    """Return how the check stands after this result."""
    before = standing
    if standing.state in SILENT_STATES:
        # What was counted before we lost sight of it proves nothing now.
        before = replace(standing, row=0)
    new = after(before, heard, at, thresholds)
    convicted = new.settled is State.DOWN and before.settled is not State.DOWN
    if convicted and parent is Parent.UNPROVEN:
        since = standing.since if standing.state is State.SUSPECT else at
        return replace(before, state=State.SUSPECT, since=since, row=before.row)
    return new


def is_settled(standing: Standing) -> bool:
    """Is nothing in doubt, so that the next regular turn is soon enough?"""
    return standing.state not in {State.SUSPECT, State.RECOVERING, State.PENDING}
