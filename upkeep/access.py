"""From an id to a row of upkeep of the viewer's, or 404.

The scope keeps other tenants' rows out; what is absent and what is somebody else's look the same.
"""

from __future__ import annotations

from accounts.viewer import Viewer
from calcom_portal.common.errors import Missing
from contracts.models import Device
from monitoring.access import one
from upkeep.drop.accounts import PUTTING
from upkeep.models import Backup, BackupPart, BackupPlan, Restore


def access_backup(viewer: Viewer, backup_id: int) -> Backup:
    """Return a backup with its device, site and customer. Raises Missing."""
    rows = Backup.objects.select_related(
        "device__site", "customer", "plan", "ticket", "asked_by", "held_by"
    )
    return one(rows, backup_id, "backup", "the page of its device")


def access_backup_part(viewer: Viewer, backup_id: int, part_id: int) -> BackupPart:
    """Return a part of a backup with its object. Raises Missing."""
    backup = access_backup(viewer, backup_id)
    rows = BackupPart.objects.filter(backup=backup).select_related("stored_object", "backup")
    return one(rows, part_id, "part", "the page of the backup")


def access_drop_plan(viewer: Viewer, plan_id: int) -> BackupPlan:
    """Return the plan of a system that sends its backups, or whose files are brought."""
    rows = BackupPlan.objects.filter(driver__in=PUTTING)
    rows = rows.select_related("device__site", "customer")
    return one(rows, plan_id, "plan", "the page of its device")


def access_plan_of(device: Device) -> BackupPlan:
    """Return the plan of a device that the viewer reached. Raises Missing."""
    plan = BackupPlan.objects.select_related("device").filter(device=device).first()
    if plan is None:
        raise Missing(f"{device.name} is not backed up.", remedy="Plan its backups first.")
    return plan


def access_restore(viewer: Viewer, restore_id: int) -> Restore:
    """Return a restore or rehearsal with what its page needs. Raises Missing."""
    rows = Restore.objects.select_related(
        *("device__site", "customer", "backup", "safety_backup"),
        *("ticket", "asked_by", "confirmed_by"),
    )
    return one(rows, restore_id, "restore", "the list of restores")
