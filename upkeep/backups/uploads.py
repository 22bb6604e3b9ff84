"""Files that come from outside as a backup: what is odd, and what becomes of broken ones."""

from __future__ import annotations

from typing import Any, Final

from calcom_portal.common.errors import PortalError
from calcom_portal.common.tenancy import database_now, system_scope
from upkeep.backups.ends import end_backup
from upkeep.backups.oddities import SentFile, oddities
from upkeep.models import Backup, BackupPart, BackupState, Trigger
from upkeep.store.keys import Place, mac_of_plain
from upkeep.store.parts import Sealed

# The part that a file becomes, and where its name is kept in what is told of the backup.
PART: Final = "native"
FILE_NAME: Final = "file_name"
BROKEN_OFF: Final = "The portal was stopped in the middle. Nothing of the file was kept."


def end_broken_uploads(device_id: int) -> None:
    """End what nobody takes in for a system any more, so that the next file need not wait.

    The process that took it in died. Keepers do the same for every system, a little later.
    """
    rows = Backup.objects.filter(
        device_id=device_id,
        state=BackupState.RUNNING,
        trigger=Trigger.PUSHED,
        look_at__lte=database_now(),
    )
    for backup in rows.select_for_update(of=("self",)):
        end_backup(backup, BROKEN_OFF)


def told_of(
    backup: Backup, file_name: str, sealed: Sealed, head: bytes
) -> tuple[dict[str, Any], list[str]]:
    """Return what is kept of a file besides its bytes, and warnings about it."""
    mac = mac_of_plain(sealed.plain_sha256, Place(backup.provider_id, backup.customer_id))
    file = SentFile(file_name, sealed.plain_bytes, mac)
    with system_scope("see the file that came before"):
        return {FILE_NAME: file_name}, oddities(file, _former_file(backup), head)


def told_simply(error: PortalError) -> str:
    """Return what is wrong without the name of the part: a file has only one."""
    return error.message.removeprefix(f"{PART}: ")


def _former_file(backup: Backup) -> SentFile | None:
    """Return the last good file of the same system."""
    parts = BackupPart.objects.filter(
        name=PART, backup__device_id=backup.device_id, backup__state=BackupState.STORED
    )
    part = parts.select_related("backup", "stored_object").order_by("-backup__stored_at").first()
    if part is None:
        return None
    name = str(part.backup.baseline.get(FILE_NAME, ""))
    return SentFile(name, part.stored_object.plain_bytes, part.stored_object.plain_mac)
