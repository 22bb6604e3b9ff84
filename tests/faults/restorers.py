"""Workers that take a restore further and are killed at a place of a step: `Place`.

They are forked, not started anew: a kill costs a tenth of a second, and every step can have some.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from django.db import connections

from tests.upkeep.restores.system import PaperSystem
from upkeep.restores import as_rehearsal, holding
from upkeep.restores.steps import FORWARD, RULES, Outcome, Step
from upkeep.restores.work import Result, Work
from upkeep.sweeps import run_restores as runner


class Place(StrEnum):
    """Where in a step a worker dies."""

    BEGUN = "has only written down that it begins"
    HALF = "has done half of it"
    DONE = "has done it and not written it down"
    TOLD = "has written it down"


# By kind: the way ahead, then the way back. A new step of the table is killed in as well.
ROUTES = {(kind, "ahead"): forward for kind, forward in FORWARD.items()} | {
    (kind, "back"): tuple(
        step
        for step in Step
        if step not in forward and any(step in RULES[failed].back for failed in forward)
    )
    for kind, forward in FORWARD.items()
}
STEPS = [(kind, step) for (kind, _), steps in ROUTES.items() for step in steps]


def killed_worker(kind: str, step: Step, place: Place, half_way: Callable[[], None]) -> None:
    """Let a worker of its own process take what is due further, until it is killed.

    `half_way` has its process die once half of a step is done.
    """
    # A connection belongs to one process.
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            _die_at(kind, step, place, half_way)
            runner.run_restores()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"It lived through {step}."
    assert os.WTERMSIG(status) == signal.SIGKILL


def die() -> None:
    """End as kill -9 does."""
    os.kill(os.getpid(), signal.SIGKILL)


def _die_at(kind: str, step: Step, place: Place, half_way: Callable[[], None]) -> None:
    """Have this process die there: it is ours alone, so nothing is put back."""
    usual: Callable[[Work], Result] = runner.DOING[kind][step]

    def doing(work: Work) -> Result:
        if place is Place.BEGUN:
            die()
        if place is Place.HALF:
            half_way()
        came = usual(work)
        if place is not Place.TOLD:
            die()
        return came

    runner.DOING[kind] = {**runner.DOING[kind], step: doing}
    telling = holding.tell

    def tell(held: Any, about: Step, outcome: Outcome, *more: Any, **named: Any) -> None:
        telling(held, about, outcome, *more, **named)
        if place is Place.TOLD and about is step and outcome is not Outcome.BEGAN:
            die()

    vars(runner)["tell"] = tell


def after_the_first_effect(system: PaperSystem) -> None:
    """Die after the first effect on the system, or the first part that a rehearsal restores."""
    ticks = 0

    def tick() -> None:
        nonlocal ticks
        ticks += 1
        if ticks > 1:
            die()

    system.tick = tick
    restored = as_rehearsal._restored

    def restoring(*given: Any) -> Any:
        restored(*given)
        die()

    as_rehearsal._restored = restoring  # type: ignore[assignment]
