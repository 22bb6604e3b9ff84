"""Cancelling a restore that has not begun."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from upkeep.actions._restores import lock_restore
from upkeep.models import Restore, RestoreState


@transaction.atomic
def cancel_restore(*, restore: Restore, actor: Viewer) -> Restore:
    """Let nothing come of it. Raises NotAllowed, RuleBroken once a worker is at it."""
    actor.require(Capability.RESTORE_SYSTEMS)
    restore = lock_restore(restore, RestoreState.PREPARED, RestoreState.RUNNING)
    if restore.begun_at is not None:
        raise RuleBroken(
            "This restore has begun, and goes to an end by itself.",
            remedy="Wait for it: if it does not succeed, the system is put back as it was.",
        )
    restore.state, restore.look_at = RestoreState.CANCELLED.value, None
    restore.ended_at, restore.token = database_now(), ""
    restore.save(update_fields=["state", "look_at", "ended_at", "token"])
    record(actor, "restore.cancelled", restore, id=restore.pk)
    return restore
