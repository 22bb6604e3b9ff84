"""A backup is let go: by the rule of keeping, never by hand."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from upkeep.models import Backup, BackupPart, BackupState, Restore, RestoreState, StoredObject

LIVE = (RestoreState.PREPARED.value, RestoreState.RUNNING.value)


@transaction.atomic
def remove_backup(*, backup: Backup, why: str, actor: Viewer) -> list[str]:
    """Let a stored backup go. Return the keys to delete from the store once this is committed.

    Its row stays, with its manifest: the chain needs it, and people see what there was. Objects
    that another backup shares stay too. Raises RuleBroken for one that is held or being restored.
    """
    actor.require(Capability.RUN_CLOCK)
    backup = Backup.objects.select_for_update(of=("self",)).get(pk=backup.pk)
    if backup.state != BackupState.STORED or backup.held_at is not None or is_in_use(backup):
        raise RuleBroken(
            f"Backup {backup.name} is held, in use, or gone already.", remedy="It stays as it is."
        )
    now = database_now()
    parts = BackupPart.objects.filter(backup=backup)
    own = list(parts.values_list("stored_object_id", flat=True))
    parts.delete()
    rows = StoredObject.objects.select_for_update(of=("self",)).filter(gone_at=None)
    locked = list(rows.filter(Q(pk__in=own) | Q(manifest_of=backup)).order_by("pk"))
    # Asked only under the locks: a new backup may just have come to share one.
    shared = set(
        BackupPart.objects.filter(stored_object__in=own).values_list("stored_object_id", flat=True)
    )
    unused = [one for one in locked if one.pk not in shared]
    keys = [one.key for one in unused]
    StoredObject.objects.filter(pk__in=[one.pk for one in unused]).update(
        gone_at=now, next_read_at=None
    )
    backup.state, backup.gone_at, backup.gone_why = BackupState.GONE.value, now, why[:120]
    backup.save(update_fields=["state", "gone_at", "gone_why"])
    record(actor, "backup.removed", backup, why=why, objects=len(keys))
    return keys


def is_in_use(backup: Backup) -> bool:
    """Does a restore that is not over need it?"""
    rows = Restore.objects.filter(device_id=backup.device_id, state__in=LIVE)
    return any(backup.pk in pair for pair in rows.values_list("backup_id", "safety_backup_id"))
