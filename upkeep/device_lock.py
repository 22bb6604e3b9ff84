"""One job at a time changes a system: restores, firmware, changes and backups ask here first."""

from __future__ import annotations

from upkeep.models import (
    Backup,
    BackupState,
    Change,
    ChangeState,
    FirmwareUpdate,
    Restore,
    RestoreKind,
    RestoreState,
    UpdateState,
)


def busy_with(device_id: int, *, but: Restore | None = None) -> str | None:
    """Return in words what goes on with a system, None when nothing does.

    A rehearsal happens beside the system, and is in nobody's way. `but` leaves out a restore.
    """
    restores = Restore.objects.filter(
        device=device_id, kind=RestoreKind.SYSTEM, state=RestoreState.RUNNING
    )
    if but is not None:
        restores = restores.exclude(pk=but.pk)
    if restores.exclude(begun_at=None).exists():
        return "A backup is being restored onto it."
    if Change.objects.filter(device=device_id, state=ChangeState.RUNNING).exists():
        return "A change of its programming is being made."
    if FirmwareUpdate.objects.filter(device=device_id, state=UpdateState.RUNNING).exists():
        return "Its firmware is being updated."
    if Backup.objects.filter(device=device_id, state=BackupState.RUNNING).exists():
        return "A backup of it is being taken."
    return None
