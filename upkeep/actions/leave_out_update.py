"""Leaving one device out of a campaign."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from upkeep.actions._campaigns import NOT_BEGUN, hurry, leave_out, lock_update
from upkeep.models import FirmwareUpdate


@transaction.atomic
def leave_out_update(*, update: FirmwareUpdate, actor: Viewer) -> FirmwareUpdate:
    """Let the device be as it is. Raises NotAllowed; RuleBroken once its update has begun."""
    actor.require(Capability.MANAGE_FIRMWARE)
    update = lock_update(update, *NOT_BEGUN)
    leave_out(update)
    record(actor, "update.left_out", update, id=update.pk, device=update.device_id)
    hurry()
    return update
