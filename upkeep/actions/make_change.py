"""Letting a prepared change be made: from here on a worker changes the system."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from upkeep.actions._changes import announce, hurry, lock_change, refuse_foreign, refuse_now
from upkeep.changes.steps import Step
from upkeep.device_lock import busy_with
from upkeep.models import Change, ChangeState


@transaction.atomic
def make_change(*, change: Change, allowed_reason: str = "", actor: Viewer) -> Change:
    """Make it: backup, change, proof, and back by itself when the proof fails; backup.

    Raises NotAllowed; RuleBroken unless it is ready, approved by the customer where that is asked
    for, within business hours, and alone on its system; BadInput naming `allowed_reason`.
    """
    actor.require(Capability.WORK_TICKETS)
    change = lock_change(change, ChangeState.READY)
    refuse_foreign(change.ticket)
    change.allowed_reason = refuse_now(change, allowed_reason, actor)
    change.allowed_by_id = actor.membership_id if change.allowed_reason else None
    refuse_beside_another(change)
    now = database_now()
    change.state, change.step = ChangeState.RUNNING.value, Step.BASELINE.value
    change.begun_by_id, change.begun_at = actor.membership_id, now
    change.look_at, change.attempts = now, 0
    change.save(
        update_fields=[
            *("state", "step", "begun_by", "begun_at", "look_at", "attempts"),
            *("allowed_reason", "allowed_by"),
        ]
    )
    announce(change)
    record(actor, "change.begun", change, id=change.pk, out_of_hours=bool(change.allowed_reason))
    hurry()
    return change


def refuse_beside_another(change: Change) -> None:
    """Raise RuleBroken while another change, a restore or a backup of the system is under way."""
    if words := busy_with(change.device_id):
        raise RuleBroken(
            f"{change.device.name} cannot be changed now. {words}",
            remedy="Wait until that has ended.",
        )
