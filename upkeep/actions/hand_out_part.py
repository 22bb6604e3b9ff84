"""Somebody takes an encrypted part out of the portal."""

from __future__ import annotations

from typing import BinaryIO

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from upkeep.models import BackupPart
from upkeep.store.objects import object_store


def hand_out_part(*, part: BackupPart, actor: Viewer) -> BinaryIO:
    """Return the bytes of a part as they are stored: only the customer's key opens them.

    Raises ObjectMissing, StoreUnavailable.
    """
    actor.require(Capability.MANAGE_BACKUPS)
    data = object_store().open(part.stored_object.key)
    record(actor, "backup.handed_out", part.backup, part=part.name)
    return data
