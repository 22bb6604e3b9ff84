"""What the page of a device says of its backups, to each side what is theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from contracts.device_parts import DevicePart
from contracts.models import Device
from upkeep.models import Backup, BackupState
from upkeep.presenters.backup_page import BackupRow, can_ask, plan_row, row_of
from upkeep.presenters.board import PlanRow
from upkeep.presenters.customer import promises_of

SHOWN = 5


@dataclass(frozen=True, slots=True)
class BackupsOfDevice:
    """Everything that the part shows. Customers see what is stored, not the plan."""

    device: Device
    row: PlanRow | None
    rows: Sequence[BackupRow]
    is_staff: bool
    can_ask: bool
    can_plan: bool
    promise: str = ""


def backups_of_device(viewer: Viewer, device: Device) -> DevicePart | None:
    """Return the part. None for a system that nobody backs up and the viewer can't change."""
    now = database_now()
    rows = Backup.objects.filter(device=device).select_related("ticket")
    if viewer.is_customer:
        rows = rows.filter(state=BackupState.STORED.value, damaged_at=None)
    shown = [row_of(backup, now) for backup in rows.order_by("-asked_at", "-pk")[:SHOWN]]
    plan = plan_row(device, now) if viewer.is_staff else None
    can_plan = viewer.can(Capability.MANAGE_BACKUPS) and device.retired_on is None
    promise = "" if viewer.is_staff else promises_of(device).get(device.pk, "")
    if not shown and plan is None and not can_plan and not promise:
        return None
    part = BackupsOfDevice(
        *(device, plan, shown, viewer.is_staff, can_ask(viewer, plan)),
        can_plan=can_plan and plan is None,
        promise=promise,
    )
    return DevicePart("upkeep/backups/_of_device.html", part)
