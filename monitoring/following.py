"""What a change of a check's state makes of its incident, as one table. Pure.

An incident stands from the first proof of an outage until the equipment has worked long enough.
A child hangs on the incident of the equipment before it, and is over as soon as it answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from monitoring.flapping import Change
from monitoring.states import State


class Stage(StrEnum):
    """How the incident of a check stands, if there is one."""

    NONE = "none"
    OUT = "out"
    BACK = "back"
    CHILD = "child"


class Join(StrEnum):
    """What an outage of one check makes of that of another check of the same device."""

    APART = "apart"
    JOIN = "join"
    REVIVE = "revive"


class Step(StrEnum):
    """What has to be done."""

    NOTHING = "nothing"
    OPEN = "open"
    ATTACH = "attach"
    HANG_ON = "hang_on"
    RELAPSE = "relapse"
    RECOVER = "recover"
    STAND_ALONE = "stand_alone"
    END_CHILD = "end_child"


STEPS: dict[tuple[Stage, State], Step] = {
    (Stage.NONE, State.DOWN): Step.OPEN,
    (Stage.NONE, State.UNREACHABLE): Step.ATTACH,
    (Stage.OUT, State.UP): Step.RECOVER,
    (Stage.OUT, State.UNREACHABLE): Step.HANG_ON,
    (Stage.BACK, State.DOWN): Step.RELAPSE,
    (Stage.CHILD, State.DOWN): Step.STAND_ALONE,
    (Stage.CHILD, State.UP): Step.END_CHILD,
}

# By how the outage of the device stands, whether this check wants a ticket, and whether that outage
# is carried: by a live ticket, or without cover by none. What wants none never wakes one that does.
JOINS: dict[tuple[Stage, bool, bool], Join] = {
    (Stage.OUT, False, False): Join.JOIN,
    (Stage.OUT, False, True): Join.JOIN,
    (Stage.OUT, True, True): Join.JOIN,
    (Stage.BACK, True, True): Join.REVIVE,
}

DOUBT = frozenset({State.SUSPECT, State.UNKNOWN, State.UNREACHABLE})


def step_for(stage: Stage, became: State) -> Step:
    """Return what a change makes of the incident; most changes make nothing of it."""
    return STEPS.get((stage, became), Step.NOTHING)


def join_for(outage: Stage, *, wants_ticket: bool, is_carried: bool) -> Join:
    """Return whether a check that fails joins the outage that its device has already."""
    return JOINS.get((outage, wants_ticket, is_carried), Join.APART)


def began_at(before: Sequence[Change], confirmed_at: datetime) -> datetime:
    """Return the first failure that led to an outage proven at `confirmed_at`.

    `before` are the changes of the check up to then, in order: the doubt that was never cleared
    begins with the first failure.
    """
    first = confirmed_at
    for change in reversed(before):
        if change.at >= confirmed_at:
            continue
        if change.became not in DOUBT:
            break
        if change.became is State.SUSPECT:
            first = change.at
    return first
