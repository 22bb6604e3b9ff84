"""What is watched in the demo, and what answers there: one small responder a check.

Every check asks 127.0.0.1 on a port of its own, where the program `standins` plays the equipment.
No database here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from calcom_portal.demo.customers import CUSTOMERS, CustomerSpec, SiteSpec
from calcom_portal.demo.devices import DeviceSpec, devices_at
from contracts.models import DeviceKind

HOST: Final = "127.0.0.1"
FIRST_PORT: Final = 28100
# Their contract has ended, or was never signed.
UNWATCHED: Final = frozenset({"C-1010", "C-1011"})
# Nothing answers at these (customer, site): what is out at the load stays out.
SILENT_SITES: Final = frozenset({("C-1003", "Oakland Harbor"), ("C-1007", "Harbor office")})
SILENT_SYSTEMS: Final = frozenset({("C-1012", "Bryant Street")})
# On battery since the load: an impaired power supply.
ON_BATTERY: Final = ("C-1008", "Hayward warehouse")


@dataclass(frozen=True, slots=True)
class Asked:
    """One way of asking: the check's name, its probe, the driver of its connection, every …"""

    name: str
    kind: str
    driver: str
    every_seconds: int
    usual_us: int


SWITCH: Final = Asked("Switch", "tcp", "network", 60, 6_000)
CALLS: Final = Asked("Phone system", "sip-udp", "sip", 60, 14_000)
PAGE: Final = Asked("Administration page", "web", "web", 300, 48_000)
POWER: Final = Asked("Battery backup", "nut", "nut", 120, 9_000)
PHONE: Final = Asked("Phone", "sip-udp", "sip", 120, 21_000)
RADIO: Final = Asked("Access point", "web", "web", 120, 30_000)

ASKED: Final[dict[DeviceKind, tuple[Asked, ...]]] = {
    DeviceKind.SWITCH: (SWITCH,),
    DeviceKind.PBX: (CALLS, PAGE),
    DeviceKind.UPS: (POWER,),
    DeviceKind.PHONE: (PHONE,),
    DeviceKind.ACCESS_POINT: (RADIO,),
}
# One of these is watched at each site; of the others all.
ONE_OF: Final = frozenset({DeviceKind.PHONE, DeviceKind.ACCESS_POINT})


@dataclass(frozen=True, slots=True)
class Place:
    """One check of the demo: of which device, how it is asked, and who answers there."""

    customer: str
    site: str
    device: DeviceSpec
    asked: Asked
    port: int

    @property
    def is_silent(self) -> bool:
        """Does nothing answer there?"""
        where = (self.customer, self.site)
        if where in SILENT_SITES:
            return True
        return where in SILENT_SYSTEMS and self.asked is CALLS

    @property
    def is_on_battery(self) -> bool:
        """Is it a power supply without power?"""
        return self.asked is POWER and (self.customer, self.site) == ON_BATTERY


@cache
def places() -> tuple[Place, ...]:
    """Return every check of the demo, the switch of a site before what stands behind it."""
    found = (
        (spec.number, site.name, device, asked)
        for spec in CUSTOMERS
        if spec.number not in UNWATCHED
        for site in spec.sites
        for device in _watched(spec, site)
        for asked in ASKED[device.kind]
    )
    return tuple(Place(*told, FIRST_PORT + number) for number, told in enumerate(found))


def _watched(spec: CustomerSpec, site: SiteSpec) -> Iterator[DeviceSpec]:
    """Yield what is watched at a site, the switch first."""
    devices = sorted(devices_at(site, spec.fleet), key=lambda one: one.kind != DeviceKind.SWITCH)
    seen: set[DeviceKind] = set()
    for device in devices:
        if device.kind in ASKED and not (device.kind in ONE_OF and device.kind in seen):
            seen.add(device.kind)
            yield device
