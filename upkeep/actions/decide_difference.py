"""Decide on a difference between the installed list and what stands there."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from contracts.actions import DeviceFacts, create_device, edit_device, retire_device
from contracts.models import Device
from upkeep.inspections.serials import Decision, Seen
from upkeep.inspections.states import State
from upkeep.models import InspectedDevice

FACTS = (
    *("name", "kind", "vendor", "model", "serial", "asset_tag", "room", "extension"),
    *("installed_on", "installed_by_us"),
)


@transaction.atomic
def decide_difference(
    *, difference: InspectedDevice, accepts: bool, actor: Viewer
) -> InspectedDevice:
    """Correct the list by contracts' own action, or keep it as it is.

    Raises NotAllowed; RuleBroken when it was decided, before the signature, and when the product
    changed since; BadInput when another product has the serial number.
    """
    actor.require(Capability.MANAGE_DEVICES)
    rows = InspectedDevice.objects.select_related("inspection__site", "device")
    row = rows.select_for_update(of=("self",)).get(pk=difference.pk)
    if row.decision != Decision.OPEN:
        raise RuleBroken("This was decided already.", remedy="The page of the device says how.")
    if row.inspection.state != State.DONE:
        raise RuleBroken("The inspection is not signed yet.", remedy="Decide when it is done.")
    if accepts:
        _correct(row, actor)
    decision = Decision.ACCEPTED if accepts else Decision.DECLINED
    row.decision, row.decided_at = decision.value, database_now()
    row.decided_name = actor.name[:120]
    row.save(update_fields=["decision", "decided_at", "decided_name", "device"])
    record(actor, f"inspection.difference_{decision}", row.inspection, name=row.name)
    return row


def _correct(row: InspectedDevice, actor: Viewer) -> None:
    if row.device is None:
        facts = DeviceFacts(
            name=row.name, vendor=row.product[:80], serial=row.serial, room=row.room
        )
        row.device = create_device(site=row.inspection.site, facts=facts, actor=actor)
        return
    device = row.device
    if device.serial != row.listed_serial or device.retired_on is not None:
        raise RuleBroken(
            f"{device.name} was changed after the inspection.",
            remedy="Look at its page, and correct it there.",
        )
    if row.seen == Seen.MISSING:
        zone = ZoneInfo(row.inspection.site.zone)
        day = (row.inspection.done_at or database_now()).astimezone(zone).date()
        retire_device(device=device, retired_on=day, actor=actor)
        return
    edit_device(device=device, facts=replace(_facts(device), serial=row.serial), actor=actor)


def _facts(device: Device) -> DeviceFacts:
    return DeviceFacts(**{name: getattr(device, name) for name in FACTS})
