"""What is installed at the demo's sites: products by make, and one device for each place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from calcom_portal.demo.customers import SiteSpec
from contracts.models import DeviceKind


@dataclass(frozen=True, slots=True)
class Product:
    """A product of a maker; `serials` is how its serial numbers begin."""

    vendor: str
    model: str
    serials: str


@dataclass(frozen=True, slots=True)
class DeviceSpec:
    """One installed product."""

    name: str
    kind: DeviceKind
    product: Product
    room: str


AUDIOCODES: Final = Product("AudioCodes", "MediaPack 118", "AC118")
PATTON: Final = Product("Patton", "SmartNode 4171", "00A0BA")
ARUBA_SWITCH: Final = Product("Aruba", "2530-24G PoE+", "CN81FP")
CISCO_SWITCH: Final = Product("Cisco", "CBS350-24P", "DNI2448")
UNIFI_AP: Final = Product("Ubiquiti", "UniFi U6-Pro", "784558")
ARUBA_AP: Final = Product("Aruba", "AP-505", "CNJJK9")
APC: Final = Product("APC", "Smart-UPS 1500", "AS2107")
EATON: Final = Product("Eaton", "5P 1500R", "G117K")

PBX, PHONE, GATEWAY = DeviceKind.PBX, DeviceKind.PHONE, DeviceKind.GATEWAY
SWITCH, WIFI, UPS = DeviceKind.SWITCH, DeviceKind.ACCESS_POINT, DeviceKind.UPS

FLEETS: Final[dict[str, dict[DeviceKind, Product]]] = {
    "Panasonic": {
        PBX: Product("Panasonic", "KX-NS700", "4CBKD"),
        PHONE: Product("Panasonic", "KX-NT553", "5LATE"),
        GATEWAY: AUDIOCODES,
        SWITCH: ARUBA_SWITCH,
        WIFI: UNIFI_AP,
        UPS: APC,
    },
    "Avaya": {
        PBX: Product("Avaya", "IP Office 500 V2", "13WZ41"),
        PHONE: Product("Avaya", "J179", "20WZ05"),
        GATEWAY: PATTON,
        SWITCH: CISCO_SWITCH,
        WIFI: ARUBA_AP,
        UPS: EATON,
    },
    "Grandstream": {
        PBX: Product("Grandstream", "UCM6304", "20EYZ"),
        PHONE: Product("Grandstream", "GRP2614", "20VZ9"),
        GATEWAY: Product("Grandstream", "HT818", "20XKD"),
        SWITCH: CISCO_SWITCH,
        WIFI: UNIFI_AP,
        UPS: APC,
    },
    "Yealink": {
        PBX: Product("Sangoma", "PBXact 60", "SNG60"),
        PHONE: Product("Yealink", "T54W", "805EC0"),
        GATEWAY: PATTON,
        SWITCH: ARUBA_SWITCH,
        WIFI: ARUBA_AP,
        UPS: EATON,
    },
}


def devices_at(site: SiteSpec, fleet: str) -> Iterator[DeviceSpec]:
    """Yield what is installed at a site: the rack, then the rooms."""
    products = FLEETS[fleet]
    rack = [("Network switch", SWITCH)]
    if site.has_system:
        rack = [("Main phone system", PBX), ("Network switch", SWITCH), ("Battery backup", UPS)]
    if site.has_gateway:
        rack.append(("Analogue gateway", GATEWAY))
    for name, kind in rack:
        yield DeviceSpec(name, kind, products[kind], site.server_room)
    for room in site.phones:
        yield DeviceSpec(f"{room} phone", PHONE, products[PHONE], room)
    for room in site.wifi:
        yield DeviceSpec(f"Wi-Fi {room.lower()}", WIFI, products[WIFI], room)


def serial_of(product: Product, number: int) -> str:
    """Return the serial of the demo's device with this number."""
    return f"{product.serials}{(number * 7919 + 1201) % 100_000:05}"
