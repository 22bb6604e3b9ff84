"""Somebody takes a file of a change made by hand out of the portal, as it was brought."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from upkeep.changing.sheets import Moment, bytes_of
from upkeep.models import ChangeFile, ChangeState


@transaction.atomic
def hand_out_change_file(*, file: ChangeFile, moment: Moment, actor: Viewer) -> bytes:
    """Return the bytes of a file before or after: with its passwords, so it is written down.

    Raises RuleBroken for a change that the portal made: its files are in the backups around it.
    """
    actor.require(Capability.MANAGE_BACKUPS)
    if file.change.state != ChangeState.RECORDED:
        raise RuleBroken(
            "Only files of a change that was made by hand are handed out.",
            remedy="Take them out of the backup before or after the change.",
        )
    data = bytes_of(file, moment)
    record(actor, "change.handed_out", file.change, file=file.path, moment=moment.value)
    return data
