"""Lets backups go that the rule of keeping asks for no more. Its log is the audit trail."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now, system_scope
from upkeep.actions.remove_backup import remove_backup
from upkeep.backups.kept_rows import kept_rows
from upkeep.backups.objects import delete_objects
from upkeep.models import Backup, BackupState

log = logging.getLogger(__name__)

WORKER = "Keeping of backups"
REASON = "let backups go that nobody has to keep"
NOT_ASKED_FOR = "The rule of keeping asks for it no more."


@dataclass(frozen=True, slots=True)
class KeepCount:
    """What a sweep did."""

    systems: int = 0
    removed: int = 0
    objects: int = 0


def keep_backups() -> KeepCount:
    """Apply the rule of every system; one transaction for each backup that goes."""
    with system_scope(REASON):
        rows = Backup.objects.filter(state=BackupState.STORED.value, provider__suspended_at=None)
        devices = list(rows.order_by("device_id").values_list("device_id", flat=True).distinct())
    removed = objects = 0
    for device_id in devices:
        for backup_id in _not_asked_for(device_id):
            gone = _remove(backup_id)
            removed += gone is not None
            objects += gone or 0
    return KeepCount(len(devices), removed, objects)


def _not_asked_for(device_id: int) -> list[int]:
    with system_scope(REASON):
        found = kept_rows(device_id, database_now())
        return sorted(one.pk for one in found.backups if one.pk not in found.reasons)


def _remove(backup_id: int) -> int | None:
    """Remove one; return how many objects went, or None when it stays after all."""
    try:
        with system_scope(REASON):
            backup = Backup.objects.get(pk=backup_id)
            actor = Viewer.system(WORKER, provider_id=backup.provider_id)
            keys = remove_backup(backup=backup, why=NOT_ASKED_FOR, actor=actor)
    except RuleBroken:
        return None
    # Only now: rows that say that it is gone may never be undone any more.
    count = delete_objects(keys)
    log.info("backup.removed id=%s objects=%s", backup_id, count)
    return count
