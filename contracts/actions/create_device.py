"""Write down an installed product."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.room import Resource, make_room
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from contracts.actions._history import remember
from contracts.actions._models import model_named
from contracts.actions._serials import each_serial_once
from contracts.models import Device, DeviceEventKind, DeviceKind, Site


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What is known about an installed product."""

    name: str
    kind: str = DeviceKind.OTHER
    vendor: str = ""
    model: str = ""
    serial: str = ""
    asset_tag: str = ""
    room: str = ""
    extension: str = ""
    installed_on: date | None = None
    installed_by_us: bool = True


def create_device(*, site: Site, facts: DeviceFacts, actor: Viewer) -> Device:
    """Create a device at a site.

    Raises NotAllowed, PlanFull, and BadInput when a product in service has the same serial number.
    """
    actor.require(Capability.MANAGE_DEVICES)
    make_room(Resource.DEVICES, actor=actor)
    refuse_taken_serial(facts)
    with each_serial_once(facts.serial):
        device: Device = Device.objects.create(
            provider_id=actor.provider_id,
            customer_id=site.customer_id,
            site=site,
            product_model=model_named(facts.vendor, facts.model),
            **asdict(facts),
        )
    remember(device, DeviceEventKind.INSTALLED, actor, serial=device.serial)
    record(actor, "device.created", device, id=device.pk, site=site.pk, serial=device.serial)
    return device


def refuse_taken_serial(facts: DeviceFacts, *, but: Device | None = None) -> None:
    """Raise BadInput if another device in service has maker and serial number in common."""
    if not facts.serial:
        return
    rows = Device.objects.filter(
        serial=facts.serial, vendor__iexact=facts.vendor, retired_on__isnull=True
    ).select_related("site")
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    if other := rows.first():
        raise BadInput(
            f"{other.name} at {other.site.name} has the serial number {facts.serial} already.",
            field="serial",
            remedy="Check the number on the product, or retire the other one first.",
        )
