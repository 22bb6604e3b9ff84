"""Giving up a change that was not begun."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from upkeep.actions._changes import lock_change
from upkeep.models import Change, ChangeState


@transaction.atomic
def cancel_change(*, change: Change, actor: Viewer) -> Change:
    """Give it up. Nothing was changed. Raises NotAllowed; RuleBroken once it has begun."""
    actor.require(Capability.WORK_TICKETS)
    change = lock_change(change, ChangeState.READING, ChangeState.READY)
    change.state, change.look_at, change.token = ChangeState.CANCELLED.value, None, ""
    change.ended_at = database_now()
    change.save(update_fields=["state", "look_at", "token", "ended_at"])
    record(actor, "change.cancelled", change, id=change.pk)
    return change
