"""The rule of keeping decides over a backup again."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from upkeep.models import Backup


@transaction.atomic
def release_backup(*, backup: Backup, actor: Viewer) -> Backup:
    """End the hold of a backup. One that is not held stays as it is."""
    actor.require(Capability.MANAGE_BACKUPS)
    backup = Backup.objects.select_for_update(no_key=True).get(pk=backup.pk)
    if backup.held_at is None:
        return backup
    backup.held_at = backup.held_by_id = None
    backup.hold_reason = ""
    backup.save(update_fields=["held_at", "held_by", "hold_reason"])
    record(actor, "backup.released", backup)
    return backup
