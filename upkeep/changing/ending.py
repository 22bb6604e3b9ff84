"""What follows a step of a change: the next one, or its end, told on the ticket."""

from __future__ import annotations

from datetime import timedelta

from accounts.audit import record
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from upkeep.changes.steps import RULES, WAY_BACK, End, Next, Step, after
from upkeep.changing.notices import tell_staff
from upkeep.changing.sheets import answers_of, keep_file
from upkeep.changing.telling import WORKER, done_words, tell_end
from upkeep.changing.work import Came
from upkeep.models import Change, ChangeState, ChangeStep

LOOK_AGAIN = timedelta(seconds=2)
TRY_AGAIN = timedelta(seconds=20)
LONGEST_PROBLEM = 500


def go_on(change: Change, step: Step, came: Came) -> bool:
    """Write down what a step came to, and what is next; return whether it goes on at once.

    The change is locked, and its lease is the caller's.
    """
    if came.waits:
        change.token, change.attempts = "", 0
        change.look_at = database_now() + LOOK_AGAIN
        change.save(update_fields=["token", "attempts", "look_at"])
        return False
    tries = RULES[step].tries if came.is_verdict else change.attempts
    follows = after(step, is_done=came.is_done, tries=tries)
    _write_step(change, step, came)
    for file in came.files:
        keep_file(change, file.path, file.before, file.after)
    change.baseline = {**change.baseline, **came.facts}
    if not came.is_done and follows is not step and step not in WAY_BACK:
        _blame(change, step, came.words)
    elif came.words:
        change.warnings = [*change.warnings, came.words]
    follows = Step.BASELINE if follows is End.READY and change.undoes_id else follows
    if isinstance(follows, Step):
        _continue(change, step, follows)
        return follows is not step
    _end(change, follows)
    return False


def _blame(change: Change, step: Step, words: str) -> None:
    """Keep why it went wrong; a backup that fails afterwards is no more than a warning."""
    if step is Step.AFTER:
        change.warnings = [*change.warnings, words]
    else:
        change.problem = words[:LONGEST_PROBLEM]


def _continue(change: Change, step: Step, follows: Step) -> None:
    is_again = follows is step
    change.step, change.token = follows.value, ""
    change.attempts = change.attempts if is_again else 0
    change.look_at = database_now() + (TRY_AGAIN if is_again else timedelta())
    change.save(
        update_fields=["step", "token", "attempts", "look_at", "baseline", "problem", "warnings"]
    )


def _end(change: Change, end: Next) -> None:
    change.state, change.token, change.look_at = end.value, "", None
    now = database_now()
    if end is not End.READY:
        change.ended_at = now
    if end is End.MADE:
        change.words = done_words(change, answers_of(change))
        if change.undoes is not None:
            change.undoes.undone_at = now
            change.undoes.save(update_fields=["undone_at"])
    change.save(
        update_fields=[
            *("state", "token", "look_at", "ended_at", "words", "baseline", "problem", "warnings")
        ]
    )
    if ChangeState(change.state) is ChangeState.READY:
        return
    actor = Viewer.system(WORKER, provider_id=change.provider_id)
    record(actor, f"change.{change.state}", change, id=change.pk)
    tell_end(change)
    tell_staff(change)


def _write_step(change: Change, step: Step, came: Came) -> None:
    ChangeStep.objects.create(
        provider_id=change.provider_id,
        customer_id=change.customer_id,
        change=change,
        number=ChangeStep.objects.filter(change=change).count() + 1,
        code=step.value,
        outcome="done" if came.is_done else "failed",
        words=came.words[:500],
        at=database_now(),
    )
