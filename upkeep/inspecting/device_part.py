"""What the page of a device says of its inspections, to each side what is theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from contracts.days import today_of_provider
from contracts.device_parts import DevicePart
from contracts.models import Device
from upkeep.inspecting.listing import InspectionRow
from upkeep.inspections.states import State, is_overdue
from upkeep.models import Inspection

SHOWN = 3


@dataclass(frozen=True, slots=True)
class InspectionsOfDevice:
    """Everything that the part shows: the newest inspections, and whether one may be planned."""

    device: Device
    rows: Sequence[InspectionRow]
    can_plan: bool


def inspections_of_device(viewer: Viewer, device: Device) -> DevicePart | None:
    """Return the part. None where there is nothing to see and nothing to plan."""
    if not viewer.can(Capability.SEE_CONTRACTS):
        return None
    today = today_of_provider(device.provider_id, database_now())
    rows = Inspection.objects.filter(device=device).exclude(state=State.CANCELLED.value)
    shown = [
        InspectionRow(one, is_overdue(one.state, one.latest, today))
        for one in rows.order_by("-pk")[:SHOWN]
    ]
    can_plan = (
        viewer.can(Capability.MANAGE_INSPECTIONS)
        and device.retired_on is None
        and not Inspection.objects.filter(device=device).open().exists()
    )
    if not shown and not can_plan:
        return None
    part = InspectionsOfDevice(device, shown, can_plan)
    return DevicePart("upkeep/inspections/_of_device.html", part)
