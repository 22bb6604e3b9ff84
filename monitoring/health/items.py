"""What a health check looks at, and for which kinds of equipment, as one table. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# The kinds of `contracts.models.DeviceKind`.
PBX, PHONE, GATEWAY, SWITCH = "pbx", "phone", "gateway", "switch"
WIFI, UPS, OTHER = "access_point", "ups", "other"
ALL = frozenset({PBX, PHONE, GATEWAY, SWITCH, WIFI, UPS, OTHER})
COMPUTERS = frozenset({PBX, GATEWAY, SWITCH, OTHER})


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the report.

    `missing` says to a customer why it could not be measured. An item that `informs` is told
    and not judged.
    """

    number: int
    code: str
    title: str
    kinds: frozenset[str]
    missing: str
    informs: bool = False


NO_SHELL = "We have no connection to this system that tells it (SSH or SNMP)."
NO_CALLS = "We have no connection to this system that reads its calls and registrations."

ITEMS = (
    Item(1, "availability", "Availability", ALL, "No check of this system ran in this time."),
    Item(2, "phones", "Registered phones", frozenset({PBX}), NO_CALLS),
    Item(3, "trunks", "Lines to the outside", frozenset({PBX, GATEWAY}), NO_CALLS),
    Item(
        4, "sip", "Speed of answers", frozenset({PBX, GATEWAY, PHONE}),
        "No check over SIP ran in this time.",
    ),
    Item(
        5, "calls", "Call quality", frozenset({PBX, GATEWAY}),
        "This system does not report the quality of its calls to us.",
    ),
    Item(6, "disk", "Disk space", frozenset({PBX, OTHER}), NO_SHELL),
    Item(7, "load", "Memory and load", COMPUTERS, NO_SHELL),
    Item(8, "uptime", "Restarts", ALL - {PHONE}, NO_SHELL),
    Item(
        9, "backup", "Backups", frozenset({PBX, GATEWAY, SWITCH}),
        "The portal keeps no backup of this system yet.",
    ),
    Item(
        10, "certificates", "Certificates", COMPUTERS | {WIFI, PHONE},
        "No check of an encrypted connection to this system is set up.",
    ),
    Item(
        11, "firmware", "Software and maker's support", ALL,
        "The system does not name its version, and the end of its maker's support is not known.",
    ),
    Item(12, "voicemail", "Voicemail", frozenset({PBX}), NO_CALLS),
    Item(
        13, "power", "Battery", frozenset({UPS}),
        "We have no connection to this battery backup (NUT or SNMP).",
    ),
    Item(14, "logs", "Error logs", frozenset({PBX, OTHER}), NO_SHELL),
    Item(15, "licences", "Licences", frozenset({PBX}), "The end of the licences is not noted."),
    Item(16, "clock", "Clock", COMPUTERS, "No connection to this system tells its time."),
    Item(17, "wifi", "Wi-Fi", frozenset({WIFI}), "No check of this access point is set up."),
    Item(
        18, "ports", "Network ports", frozenset({SWITCH}),
        "We have no connection to this switch (SNMP).",
    ),
    Item(
        19, "security", "Security", frozenset({PBX, GATEWAY}),
        "Passwords and failed logins were not looked at.",
    ),
    Item(20, "changes", "Work of the month", ALL, "Nothing was done.", informs=True),
    Item(
        21, "emergency", "Emergency call test", frozenset({PBX}),
        "No test of the emergency call is noted.",
    ),
)  # fmt: skip

ITEM: Mapping[str, Item] = {item.code: item for item in ITEMS}


def items_for(kind: str) -> tuple[Item, ...]:
    """Return what is looked at for a kind of equipment, in the order of the report."""
    return tuple(item for item in ITEMS if kind in item.kinds)
