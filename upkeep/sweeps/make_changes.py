"""Makes changes of programming, a step at a time. By rows.

What is next stands in the row before it is begun. A worker takes a lease, does the step outside of
any transaction, and writes down what came of it only if the lease is still its own. One that dies
leaves a lease that ends; the next worker does the same step again.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from datetime import timedelta

from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now, system_scope
from notifications.alarms import raise_alarm
from upkeep.actions.ask_backup import ask_backup
from upkeep.changes.steps import RULES, Step
from upkeep.changing.carrying_out import ACTS, carry_out
from upkeep.changing.ending import go_on
from upkeep.changing.sheets import answers_of, files_of
from upkeep.changing.systems import reach_of, refuse_unchangeable
from upkeep.changing.work import Came, Work
from upkeep.models import Backup, BackupState, Change, Level, Trigger

log = logging.getLogger(__name__)

REASON = "make the changes of programming that are due"
WORKER = "Changes"
KIND = "change_stuck"
BATCH, MOST_STEPS = 20, 12
LEASE = timedelta(minutes=5)
LOOK_AGAIN = timedelta(seconds=2)
# A backup that is not there by then is somebody's to look at; the system is not changed.
PATIENCE = timedelta(minutes=45)
UNOPENED = "The backup was stored, but could not be opened and checked."
BACKUPS = {
    Step.BEFORE: ("before_backup", Trigger.BEFORE_CHANGE),
    Step.AFTER: ("after_backup", Trigger.AFTER_CHANGE),
}


@dataclass(frozen=True, slots=True)
class ChangeCount:
    """What a sweep did."""

    steps: int = 0
    ended: int = 0
    stuck: int = 0


def make_changes(limit: int = BATCH) -> ChangeCount:
    """Take every change that is due further, as far as it goes without waiting."""
    with system_scope(REASON):
        due = Change.objects.filter(look_at__lte=database_now()).order_by("look_at", "pk")
        due = due.filter(provider__suspended_at=None)
        ids = list(due.values_list("pk", flat=True)[:limit])
    counts = [_as_far_as_it_goes(pk) for pk in ids]
    return ChangeCount(
        sum(one.steps for one in counts),
        sum(one.ended for one in counts),
        sum(one.stuck for one in counts),
    )


def _as_far_as_it_goes(change_id: int) -> ChangeCount:
    steps = 0
    while steps < MOST_STEPS:
        try:
            went_on = take_further(change_id)
        except Exception as error:
            log.exception("change.stuck id=%s", change_id)
            _set_aside(change_id, error)
            return ChangeCount(steps, stuck=1)
        if went_on is None:
            return ChangeCount(steps)
        steps += 1
        if not went_on:
            return ChangeCount(steps, ended=1)
    return ChangeCount(steps)


def take_further(change_id: int) -> bool | None:
    """Do the next step of a change.

    Returns whether there is another one after it; None when there is nothing to do now, or another
    worker is at it.
    """
    with system_scope(REASON):
        change = _lease(change_id)
        if change is None:
            return None
        step, token = Step(change.step), change.token
        if change.attempts > RULES[step].tries:
            came: Came | Work = Came.failed("It was begun and not ended, several times.")
        else:
            came = _prepared(change, step)
    if isinstance(came, Work):
        came = carry_out(came)
    with system_scope(REASON):
        rows = Change.objects.select_for_update(no_key=True, of=("self",))
        rows = rows.select_related("ticket__customer", "device", "customer", "undoes")
        held = rows.filter(pk=change_id, token=token, step=step).first()
        return go_on(held, step, came) if held is not None else None


def _lease(change_id: int) -> Change | None:
    rows = Change.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    rows = rows.select_related("ticket", "device__site", "undoes")
    now = database_now()
    change: Change | None = rows.filter(pk=change_id, look_at__lte=now).first()
    if change is None:
        return None
    change.token, change.look_at = secrets.token_hex(16), now + LEASE
    change.attempts += 1
    change.save(update_fields=["token", "look_at", "attempts"])
    return change


def _prepared(change: Change, step: Step) -> Came | Work:
    """Return what a step on the system needs; what came of it, where only our books are asked."""
    if step in BACKUPS:
        return _backup(change, step)
    try:
        system = refuse_unchangeable(change.device)
        reach = reach_of(system.connection)
    except RuleBroken as error:
        return Came.failed(f"{error.message} {error.remedy}".strip())
    return Work(
        change=change,
        step=step,
        system=system,
        reach=reach,
        answers=answers_of(change.undoes or change),
        files=files_of(change),
        former=files_of(change.undoes) if change.undoes is not None else (),
    )


def _backup(change: Change, step: Step) -> Came:
    name, trigger = BACKUPS[step]
    backup: Backup | None = getattr(change, name)
    if backup is None:
        actor = Viewer.system(WORKER, provider_id=change.provider_id)
        asked = ask_backup(device=change.device, trigger=trigger, ticket=change.ticket, actor=actor)
        setattr(change, name, asked)
        change.save(update_fields=[name])
        return Came(waits=True)
    if backup.state == BackupState.STORED:
        if backup.level < Level.OPENED or backup.damaged_at is not None:
            return Came.failed(UNOPENED, is_verdict=True)
        return Came()
    if backup.state == BackupState.FAILED:
        return Came.failed(f"The backup failed: {backup.problem}", is_verdict=True)
    if database_now() > backup.asked_at + PATIENCE:
        return Came.failed("The backup was not taken in time.", is_verdict=True)
    return Came(waits=True)


def _set_aside(change_id: int, error: Exception) -> None:
    """Look again when the lease ends, and raise an alarm: a system may stand half changed."""
    with system_scope(REASON):
        change = Change.objects.filter(pk=change_id).first()
        if change is not None:
            detail = f"It could not go on: {type(error).__name__}. It is tried again by itself."
            raise_alarm(change.provider_id, KIND, f"Change {change_id}", detail)


__all__ = ["ACTS", "ChangeCount", "make_changes", "take_further"]
