"""Sites and devices to choose from when something is reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from contracts.models import Device, DeviceKind, Site

# More than these, and a list of cards is slower to use than a list that can be typed into.
CARDS = 12
KINDS = DeviceKind.values
ICONS = {
    DeviceKind.PBX: "server",
    DeviceKind.PHONE: "phone",
    DeviceKind.GATEWAY: "router",
    DeviceKind.SWITCH: "network",
    DeviceKind.ACCESS_POINT: "wifi",
    DeviceKind.UPS: "plug",
    DeviceKind.OTHER: "package",
}


@dataclass(frozen=True, slots=True)
class Place:
    """What something is about: ids, and the name that people use."""

    device_id: int | None = None
    site_id: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """One device as a choice."""

    id: int
    name: str
    detail: str
    icon: str
    site_id: int
    site: str


@dataclass(frozen=True, slots=True)
class PlaceChoices:
    """All choices of one customer."""

    devices: Sequence[DeviceChoice]
    sites: Sequence[tuple[int, str]]

    @property
    def device_choices(self) -> list[tuple[str, str]]:
        """Return what a form field accepts."""
        return [(str(device.id), device.name) for device in self.devices]

    @property
    def site_choices(self) -> list[tuple[str, str]]:
        """Return what a form field accepts."""
        return [(str(pk), name) for pk, name in self.sites]

    @property
    def is_long(self) -> bool:
        """Are there too many devices for cards?"""
        return len(self.devices) > CARDS

    @property
    def by_site(self) -> list[tuple[str, list[DeviceChoice]]]:
        """Return the devices under their sites."""
        return [(site, list(run)) for site, run in groupby(self.devices, key=lambda one: one.site)]

    def chosen(self, device: str, site: str) -> Place:
        """Return what the values of a form mean. A customer with one site need not choose it."""
        for one in self.devices:
            if str(one.id) == device:
                return Place(one.id, one.site_id, one.name)
        for pk, name in self.sites:
            if str(pk) == site or len(self.sites) == 1:
                return Place(None, pk, name)
        return Place()


def place_choices(customer_id: int) -> PlaceChoices:
    """Return the active sites of a customer and the devices in use there."""
    sites = Site.objects.filter(customer_id=customer_id, is_active=True).order_by("name")
    devices = (
        Device.objects.filter(customer_id=customer_id, retired_on__isnull=True)
        .select_related("site")
        .order_by("site__name", "name")
    )
    # What most depends on comes first: phone systems, then phones.
    in_order = sorted(devices, key=lambda one: (one.site.name, KINDS.index(one.kind), one.name))
    return PlaceChoices([_choice(device) for device in in_order], [(s.pk, s.name) for s in sites])


def _choice(device: Device) -> DeviceChoice:
    kind = DeviceKind(device.kind)
    detail = " · ".join(filter(None, (device.product or str(kind.label), device.room)))
    return DeviceChoice(
        device.pk, device.name, detail, ICONS[kind], device.site_id, device.site.name
    )
