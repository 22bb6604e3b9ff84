"""Takes restores and rehearsals further, one step a call, in the process of the vault.

Where one stands follows from its facts alone (`restores.steps`), so a worker that dies loses
nothing: its lease runs out, and the next one goes on at the same step, each of which may come
twice.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from calcom_portal.common.errors import PortalError
from calcom_portal.common.tenancy import database_now
from calcom_portal.common.wakeup import wake
from upkeep.drivers.base import DriverFailed
from upkeep.models import Restore, RestoreKind, RestoreState
from upkeep.restores import as_rehearsal, on_system
from upkeep.restores.ending import end_restore
from upkeep.restores.facts import facts_of, told_by
from upkeep.restores.holding import (
    Held,
    LeaseLost,
    due_restores,
    kept_alive,
    let_go,
    mine,
    take,
    tell,
)
from upkeep.restores.preflight import Found
from upkeep.restores.steps import (
    RULES,
    Do,
    End,
    GiveUp,
    Outcome,
    Step,
    may_try_again,
    next_move,
)
from upkeep.restores.work import OURS, Done, Result, StepFailed, VaultLacks, Waits, Work
from upkeep.store.errors import NoVaultKey, StoreUnavailable

log = logging.getLogger(__name__)

TASK = "upkeep.run_restores"
BATCH = 20
AT_ONCE = timedelta(0)
TRY_AGAIN = timedelta(seconds=30)
DOING = {
    RestoreKind.SYSTEM.value: on_system.DOING,
    RestoreKind.REHEARSAL.value: as_rehearsal.DOING,
}
# What these steps compare with was told by an earlier one.
LOOKS_BACK_TO = {
    Step.VERIFY_BACK: Step.CHECK,
    Step.COMPARE: Step.UNPACK,
    Step.BOOT: Step.UNPACK,
}
OUR_SIDE = (VaultLacks, NoVaultKey, StoreUnavailable)
KNOWN_FAILURES = (StepFailed, DriverFailed, PortalError)


class Became(StrEnum):
    """What became of one restore in one call."""

    NOTHING = "nothing"
    LOOKED = "looked"
    STEPPED = "stepped"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class RunCount:
    """What a sweep did."""

    looked: int = 0
    stepped: int = 0
    ended: int = 0


def run_restores(limit: int = BATCH) -> RunCount:
    """Take every restore that is due one step further."""
    became = [take_further(pk) for pk in due_restores(limit)]
    if Became.STEPPED in became:
        wake(TASK)
    return RunCount(*(became.count(one) for one in (Became.LOOKED, Became.STEPPED, Became.ENDED)))


def take_further(restore_id: int) -> Became:
    """Take one restore a step further, unless another worker is at it."""
    held = take(restore_id)
    if held is None:
        return Became.NOTHING
    try:
        with kept_alive(held):
            return _further(held)
    except LeaseLost:
        log.warning("restore.taken_over id=%s", restore_id)
        return Became.NOTHING


def _further(held: Held) -> Became:
    with mine(held) as restore:
        kind, facts, state = restore.kind, facts_of(restore), restore.state
        if restore.begun_at is None and state == RestoreState.RUNNING:
            restore.begun_at = database_now()
            restore.save(update_fields=["begun_at"])
    if state == RestoreState.PREPARED:
        return _preflight(held)
    match next_move(kind, facts):
        case End() as end:
            end_restore(held, end)
            return Became.ENDED
        case GiveUp(step):
            words = f"{RULES[step].attempts} workers ended in the middle of it."
            tell(held, step, Outcome.FAILED, words, look_in=AT_ONCE)
        case Do(step, goes_on, is_taken_over):
            if not goes_on:
                words = "Begun again: the worker before did not end it." if is_taken_over else ""
                tell(held, step, Outcome.BEGAN, words)
            _do(held, kind, step)
    return Became.STEPPED


def _do(held: Held, kind: str, step: Step) -> None:
    try:
        result = DOING[kind][step](Work(held, _told(held, step)))
    except KNOWN_FAILURES as error:
        _failed(
            held,
            kind,
            step,
            _words(error),
            is_ours=isinstance(error, OUR_SIDE),
            passes=isinstance(error, StoreUnavailable),
        )
    except LeaseLost:
        raise
    except Exception as error:
        log.exception("restore.step_broke id=%s step=%s", held.restore_id, step)
        _failed(
            held,
            kind,
            step,
            f"Something on our side went wrong ({type(error).__name__}).",
            is_ours=True,
        )
    else:
        _succeeded(held, step, result)


def _told(held: Held, step: Step) -> dict[str, object]:
    with mine(held) as restore:
        known = told_by(restore, LOOKS_BACK_TO[step]) if step in LOOKS_BACK_TO else {}
        return known | told_by(restore, step)


def _succeeded(held: Held, step: Step, result: Result) -> None:
    match result:
        case Done(words, facts):
            tell(held, step, Outcome.DONE, words, facts, look_in=AT_ONCE)
        case Waits(look_in, words, facts):
            with mine(held) as restore:
                says_something = _is_news(restore, words)
            if says_something:
                tell(held, step, Outcome.WAITS, words, facts, look_in=look_in)
            else:
                let_go(held, look_in)


def _is_news(restore: Restore, words: str) -> bool:
    """Would a fact say something that the last one did not?"""
    last = restore.steps.order_by("number").last()
    if last is None or last.outcome != Outcome.WAITS:
        return True
    return bool(words) and words != last.words


def _failed(
    held: Held, kind: str, step: Step, words: str, *, is_ours: bool, passes: bool = False
) -> None:
    with mine(held) as restore:
        again = may_try_again(step, facts_of(restore), passes=passes)
    if again:
        tell(held, step, Outcome.AGAIN, words, look_in=TRY_AGAIN)
    else:
        log.warning("restore.step_failed id=%s kind=%s step=%s", held.restore_id, kind, step)
        tell(held, step, Outcome.FAILED, words, {OURS: True} if is_ours else {}, look_in=AT_ONCE)


def _preflight(held: Held) -> Became:
    """Look at the system before anybody confirms; nothing is changed."""
    problem, found = "", list[Found]()
    try:
        found = on_system.look_before(Work(held, {}))
    except KNOWN_FAILURES as error:
        problem = _words(error)
    with mine(held) as restore:
        if restore.state == RestoreState.PREPARED:
            restore.problem = problem[:500]
            if not problem:
                restore.findings = [one.to_dict() for one in found]
                restore.checked_at = database_now()
            restore.save(update_fields=["problem", "findings", "checked_at"])
    let_go(held, None)
    return Became.LOOKED


def _words(error: Exception) -> str:
    if isinstance(error, PortalError):
        return f"{error.message} {error.remedy}".strip()
    return str(error)
