"""Take an installed product out of service."""

from __future__ import annotations

from datetime import date

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from contracts.actions._history import remember
from contracts.models import Device, DeviceEventKind


def retire_device(*, device: Device, retired_on: date, actor: Viewer) -> Device:
    """Mark a device as out of service from a day on. Its history stays.

    Raises NotAllowed, RuleBroken if it is retired already, and BadInput for a day before its
    installation.
    """
    actor.require(Capability.MANAGE_DEVICES)
    device = Device.objects.select_for_update().get(pk=device.pk)
    if device.retired_on is not None:
        raise RuleBroken(
            f"{device.name} was taken out of service on {device.retired_on} already.",
            remedy="Nothing is left to do.",
        )
    if device.installed_on is not None and retired_on < device.installed_on:
        raise BadInput(
            f"{device.name} was installed on {device.installed_on}.",
            field="retired_on",
            remedy="Choose that day or a later one.",
        )
    device.retired_on = retired_on
    device.save(update_fields=["retired_on"])
    remember(device, DeviceEventKind.RETIRED, actor, on=retired_on.isoformat())
    record(actor, "device.retired", device, id=device.pk, retired_on=retired_on.isoformat())
    return device
