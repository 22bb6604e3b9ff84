"""The steps of a restore: what follows what, and what is undone how. Pure (clause RESTORE).

What was done is a list of facts that only grows. What comes next follows from it alone, so a
worker that takes over from a dead one knows where to go on. Each step may be done twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """One step. Those from STOP_AGAIN to CLEAR are the way back."""

    CHECK = "check"
    SAFETY = "safety"
    STAGE = "stage"
    STOP = "stop"
    SWAP = "swap"
    START = "start"
    VERIFY = "verify"
    TIDY = "tidy"
    STOP_AGAIN = "stop_again"
    SWAP_BACK = "swap_back"
    START_AGAIN = "start_again"
    VERIFY_BACK = "verify_back"
    CLEAR = "clear"
    UNPACK = "unpack"
    COMPARE = "compare"
    BOOT = "boot"


class Outcome(StrEnum):
    """What a fact says of its step.

    WAITS: it goes on with the same step later. AGAIN: it did not work and is tried again. RESUMED:
    a person had it tried again after it was given up. NOTED: it is being done, and keeps something
    for whoever takes over; what comes next does not depend on it.
    """

    BEGAN = "began"
    WAITS = "waits"
    AGAIN = "again"
    RESUMED = "resumed"
    NOTED = "noted"
    DONE = "done"
    FAILED = "failed"


class End(StrEnum):
    """How it ends; the values are those of `models.RestoreState`."""

    RESTORED = "restored"
    SWAPPED_BACK = "swapped_back"
    FAILED = "failed"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for a step.

    `back` is the way back when it fails, in order. `end` is how the whole ends after that.
    A step that `is_optional` is left out when it fails. `attempts` is how often it is begun before
    it counts as failed: when workers die in it, and where it `tries_again`, when it does not work.
    """

    title: str
    back: tuple[Step, ...] = ()
    end: End = End.FAILED
    is_optional: bool = False
    attempts: int = 3
    tries_again: bool = False


ALL_THE_WAY = (
    Step.STOP_AGAIN,
    Step.SWAP_BACK,
    Step.START_AGAIN,
    Step.VERIFY_BACK,
    Step.CLEAR,
)
# The way back is tried longer: a customer's system stands still.
PATIENT = 10


def _back(title: str) -> Rule:
    return Rule(title, end=End.STUCK, attempts=PATIENT, tries_again=True)


RULES: Mapping[Step, Rule] = {
    Step.CHECK: Rule("Look at the system"),
    Step.SAFETY: Rule("Take a safety backup"),
    Step.STAGE: Rule("Bring the backup to the system", back=(Step.CLEAR,)),
    Step.STOP: Rule(
        "Stop the service",
        back=(Step.START_AGAIN, Step.VERIFY_BACK, Step.CLEAR),
        end=End.SWAPPED_BACK,
    ),
    Step.SWAP: Rule("Put the backup in place", back=ALL_THE_WAY, end=End.SWAPPED_BACK),
    Step.START: Rule("Start the service", back=ALL_THE_WAY, end=End.SWAPPED_BACK),
    Step.VERIFY: Rule(
        "Compare with the time of the backup", back=ALL_THE_WAY, end=End.SWAPPED_BACK
    ),
    Step.TIDY: Rule("Remove what is not needed any more", is_optional=True, attempts=PATIENT),
    Step.STOP_AGAIN: _back("Stop the service again"),
    Step.SWAP_BACK: _back("Put back what was there before"),
    Step.START_AGAIN: _back("Start the service again"),
    Step.VERIFY_BACK: _back("See that all is as before"),
    Step.CLEAR: Rule("Clear away", is_optional=True, attempts=PATIENT),
    Step.UNPACK: Rule("Restore it beside the system", back=(Step.CLEAR,)),
    Step.COMPARE: Rule("Compare with the time of the backup", back=(Step.CLEAR,)),
    Step.BOOT: Rule("Start a telephone system from it", back=(Step.CLEAR,)),
}

ONTO_SYSTEM = (
    Step.CHECK,
    Step.SAFETY,
    Step.STAGE,
    Step.STOP,
    Step.SWAP,
    Step.START,
    Step.VERIFY,
    Step.TIDY,
)
AS_REHEARSAL = (Step.UNPACK, Step.COMPARE, Step.BOOT, Step.CLEAR)

# By `models.RestoreKind`.
FORWARD: Mapping[str, tuple[Step, ...]] = {"system": ONTO_SYSTEM, "rehearsal": AS_REHEARSAL}


@dataclass(frozen=True, slots=True)
class Fact:
    """That a step began, waits, or ended."""

    step: Step
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Do:
    """Do this step. `goes_on`: it waited, and is not begun anew."""

    step: Step
    goes_on: bool = False
    is_taken_over: bool = False


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Write down that this step failed: so many workers ended in the middle of it."""

    step: Step


Move = Do | GiveUp | End


def next_move(kind: str, facts: Sequence[Fact]) -> Move:
    """Return what comes next for a restore of a kind, after what was done."""
    failed = failed_step(kind, facts)
    if failed is None:
        return _first_open(FORWARD[kind], facts) or End.RESTORED
    back = RULES[failed].back
    for step in back:
        if _last(step, facts) is Outcome.FAILED and not RULES[step].is_optional:
            return End.STUCK
        if move := _first_open((step,), facts):
            return move
    return RULES[failed].end


def failed_step(kind: str, facts: Sequence[Fact]) -> Step | None:
    """Return the step at which it turned round; None while it goes ahead."""
    for step in FORWARD[kind]:
        if _last(step, facts) is Outcome.FAILED and not RULES[step].is_optional:
            return step
    return None


def may_try_again(step: Step, facts: Sequence[Fact], *, passes: bool = False) -> bool:
    """May a step that did not work be begun once more?

    `passes`: what stood in its way may be gone soon, and is no fault of the system.
    """
    rule = RULES[step]
    return (rule.tries_again or passes) and _begun(step, facts) < rule.attempts


def stuck_at(kind: str, facts: Sequence[Fact]) -> Step | None:
    """Return the step of the way back that was given up; None where nothing is stuck."""
    failed = failed_step(kind, facts)
    back = RULES[failed].back if failed else ()
    stuck = (step for step in back if RULES[step].end is End.STUCK)
    return next((step for step in stuck if _last(step, facts) is Outcome.FAILED), None)


def route(kind: str, facts: Sequence[Fact]) -> tuple[Step, ...]:
    """Return the steps for a page: those that were begun, then those that come by plan."""
    failed = failed_step(kind, facts)
    if failed is None:
        return FORWARD[kind]
    begun = tuple(step for step in FORWARD[kind] if _last(step, facts) is not None)
    until = begun[: begun.index(failed) + 1]
    return until + RULES[failed].back


def outcome_of(step: Step, facts: Sequence[Fact]) -> Outcome | None:
    """Return how a step stands; None when it has not begun."""
    return _last(step, facts)


def _first_open(steps: Iterable[Step], facts: Sequence[Fact]) -> Move | None:
    for step in steps:
        match _last(step, facts):
            case None:
                return Do(step)
            case Outcome.WAITS:
                return Do(step, goes_on=True)
            case Outcome.RESUMED:
                return Do(step)
            case Outcome.BEGAN | Outcome.AGAIN if _begun(step, facts) >= RULES[step].attempts:
                return GiveUp(step)
            case Outcome.BEGAN:
                return Do(step, is_taken_over=True)
            case Outcome.AGAIN:
                return Do(step)
            case Outcome.DONE | Outcome.FAILED:
                continue
    return None


def _last(step: Step, facts: Sequence[Fact]) -> Outcome | None:
    told = (fact.outcome for fact in reversed(facts) if fact.step is step)
    return next((outcome for outcome in told if outcome is not Outcome.NOTED), None)


def _begun(step: Step, facts: Sequence[Fact]) -> int:
    """Return how often a step was begun, since a person last had it tried again."""
    count = 0
    for fact in facts:
        if fact.step is step and fact.outcome is Outcome.RESUMED:
            count = 0
        count += fact == Fact(step, Outcome.BEGAN)
    return count
