"""A backup is kept for good."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from tickets.text import checked_line
from upkeep.models import Backup, BackupState

REASON_LIMIT = 300


@transaction.atomic
def hold_backup(*, backup: Backup, reason: str, actor: Viewer) -> Backup:
    """Keep a stored backup until it is released, whatever the rule of keeping says.

    Raises BadInput without a reason, RuleBroken for one that is not stored (any more).
    """
    actor.require(Capability.MANAGE_BACKUPS)
    reason = checked_line(reason, field="reason", what="The reason", limit=REASON_LIMIT)
    backup = Backup.objects.select_for_update(no_key=True).get(pk=backup.pk)
    if backup.state != BackupState.STORED:
        raise RuleBroken(
            "Only a backup that is stored can be kept for good.",
            remedy="Choose another one of the system.",
        )
    backup.held_at = database_now()
    backup.held_by_id = actor.membership_id
    backup.hold_reason = reason
    backup.save(update_fields=["held_at", "held_by", "hold_reason"])
    record(actor, "backup.held", backup)
    return backup
