"""Correct what is known about an installed product."""

from __future__ import annotations

from dataclasses import asdict

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from contracts.actions._history import remember
from contracts.actions._models import model_named
from contracts.actions._serials import each_serial_once
from contracts.actions.create_device import DeviceFacts, refuse_taken_serial
from contracts.models import Device, DeviceEventKind


def edit_device(*, device: Device, facts: DeviceFacts, actor: Viewer) -> Device:
    """Change the facts of a device; those that change are named in the audit trail.

    Raises NotAllowed, and BadInput when a product in service has the same serial number.
    """
    actor.require(Capability.MANAGE_DEVICES)
    device = Device.objects.select_for_update().get(pk=device.pk)
    refuse_taken_serial(facts, but=device)
    changed = [name for name, value in asdict(facts).items() if getattr(device, name) != value]
    for name in changed:
        setattr(device, name, getattr(facts, name))
    if changed:
        device.product_model = model_named(device.vendor, device.model)
        with each_serial_once(device.serial):
            device.save(update_fields=[*changed, "product_model"])
        remember(device, DeviceEventKind.EDITED, actor, changed=changed)
        record(actor, "device.edited", device, id=device.pk, changed=changed)
    return device
