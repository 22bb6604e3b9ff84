"""Begin an inspection: its checklist and the installed list are copied, to be filled in."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from contracts.models import Device, DeviceKind
from upkeep.actions._inspections import lock_inspection, move, set_look
from upkeep.inspecting.checklists import found_checklist, lines_for
from upkeep.inspections.states import Move, State
from upkeep.models import InspectedDevice, Inspection, InspectionItem

# Columns that an item copies from its line.
COPIED = (
    *("section", "title", "how", "asked", "unit", "low", "high", "wants_photo", "is_required"),
)


@transaction.atomic
def begin_inspection(*, inspection: Inspection, actor: Viewer) -> Inspection:
    """Make it ready for the phone. Begun already: nothing changes.

    Raises NotAllowed, and RuleBroken for one that is over.
    """
    actor.require(Capability.WORK_TICKETS)
    inspection = lock_inspection(inspection)
    if inspection.state == State.UNDER_WAY:
        return inspection
    move(inspection, Move.BEGIN)
    inspection.begun_at = database_now()
    set_look(inspection)
    inspection.save(update_fields=["state", "begun_at", "look_at"])
    _copy_lines(inspection)
    _copy_devices(inspection)
    record(actor, "inspection.begun", inspection)
    return inspection


def _copy_lines(inspection: Inspection) -> None:
    found_checklist(inspection.provider_id)
    lines = lines_for(inspection.provider_id, inspection.device.kind)
    InspectionItem.objects.bulk_create(
        InspectionItem(
            provider_id=inspection.provider_id,
            customer_id=inspection.customer_id,
            inspection=inspection,
            position=position,
            **{name: getattr(line, name) for name in COPIED},
        )
        for position, line in enumerate(lines, start=1)
    )


def _copy_devices(inspection: Inspection) -> None:
    rows = Device.objects.in_service().filter(site=inspection.site_id)
    # The system first, then what hangs on it, phones last: there are many.
    devices = sorted(
        rows, key=lambda one: (one.pk != inspection.device_id, one.kind == DeviceKind.PHONE, one.pk)
    )
    InspectedDevice.objects.bulk_create(
        InspectedDevice(
            provider_id=inspection.provider_id,
            customer_id=inspection.customer_id,
            inspection=inspection,
            device=device,
            name=device.name,
            product=device.product,
            room=device.room,
            listed_serial=device.serial,
        )
        for device in devices
    )
