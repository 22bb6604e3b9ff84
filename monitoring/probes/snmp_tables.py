"""What SNMP objects say: the system, its interfaces, its storage, and power. Pure.

Sources: RFC 3418 (system), RFC 2863 (interfaces), RFC 2790 (host resources), UCD-SNMP-MIB (memory
and load of Linux), RFC 1628 (UPS), RFC 3621 (power that a switch gives to phones).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from monitoring.probes.facts import Fact, Value, clean

Objects = dict[str, str | bytes | int | float | None]

SYSTEM = "1.3.6.1.2.1.1"
DESCRIPTION, UPTIME, NAME = f"{SYSTEM}.1.0", f"{SYSTEM}.3.0", f"{SYSTEM}.5.0"
TICKS_A_SECOND = 100

IF, IFX = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"
IF_DESCRIPTION, IF_TYPE, IF_WANTED, IF_STATE = f"{IF}.2", f"{IF}.3", f"{IF}.7", f"{IF}.8"
IF_PACKETS_IN, IF_ERRORS_IN = f"{IF}.11", f"{IF}.14"
IF_PACKETS_OUT, IF_ERRORS_OUT = f"{IF}.17", f"{IF}.20"
IF_NAME, IF_SPEED = f"{IFX}.1", f"{IFX}.15"
LOOPBACK_TYPE, IS_UP = 24, 1
MOST_INTERFACES = 64

STORAGE = "1.3.6.1.2.1.25.2.3.1"
KIND, PLACE, BLOCK, SIZE, USED = (f"{STORAGE}.{number}" for number in range(2, 7))
KINDS = "1.3.6.1.2.1.25.2.1"
DISK_KIND, MEMORY_KIND = f"{KINDS}.4", f"{KINDS}.2"
MOST_DISKS = 24
BYTES_A_MB = 1024 * 1024

UCD = "1.3.6.1.4.1.2021"
TOTAL, AVAILABLE, BUFFERS, CACHED = (f"{UCD}.4.{number}.0" for number in (5, 6, 14, 15))
SWAP_TOTAL, SWAP_FREE = f"{UCD}.4.3.0", f"{UCD}.4.4.0"
LOADS = tuple(f"{UCD}.10.1.3.{number}" for number in (1, 2, 3))
# Their load is there only after a minute, this at once.
PROCESSORS = "1.3.6.1.2.1.25.3.3.1.1"

UPS = "1.3.6.1.2.1.33.1"
UPS_MODEL, UPS_BATTERY = f"{UPS}.1.2.0", f"{UPS}.2.1.0"
UPS_MINUTES, UPS_CHARGE, UPS_SOURCE = f"{UPS}.2.3.0", f"{UPS}.2.4.0", f"{UPS}.4.1.0"
UPS_LOADS = f"{UPS}.4.4.1.5"
BATTERY_LOW = frozenset({3, 4})
ON_BATTERY = 5
SOURCES = {1: "other", 2: "none", 3: "normal", 4: "bypass", 5: "battery", 6: "boost", 7: "trim"}

# A row for each supply of the switch, in watts.
POE = "1.3.6.1.2.1.105.1.3.1.1"
POE_WATTS, POE_GIVEN = f"{POE}.2", f"{POE}.4"


class SnmpTopic(StrEnum):
    """What an agent can be asked about."""

    SYSTEM = "system"
    INTERFACES = "interfaces"
    STORAGE = "storage"
    UPS = "ups"
    POE = "poe"


@dataclass(frozen=True, slots=True)
class Reader:
    """The objects that a topic needs, one by one and by column, and what they say."""

    read: Callable[[Objects], dict[str, Value]]
    single: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


def _system(objects: Objects) -> dict[str, Value]:
    facts: dict[str, Value] = {}
    for fact, name in ((Fact.SYSTEM_DESCRIPTION, DESCRIPTION), (Fact.SYSTEM_NAME, NAME)):
        if text := _text(objects, name):
            facts[fact] = text
    if (ticks := _number(objects, UPTIME)) is not None:
        facts[Fact.UPTIME] = ticks // TICKS_A_SECOND
    return facts


def _interfaces(objects: Objects) -> dict[str, Value]:
    facts: dict[str, Value] = {}
    down = 0
    for row in _wanted_interfaces(objects):
        name = _text(objects, f"{IF_NAME}.{row}") or _text(objects, f"{IF_DESCRIPTION}.{row}")
        is_up = _number(objects, f"{IF_STATE}.{row}") == IS_UP
        down += not is_up
        facts[Fact.INTERFACE_UP.of(name or row)] = int(is_up)
        if is_up:
            facts |= _traffic(objects, row, name or row)
    return facts | ({Fact.INTERFACES_DOWN.value: down} if facts else {})


def _wanted_interfaces(objects: Objects) -> list[str]:
    """Return the rows of interfaces that somebody switched on; a loopback is no interface."""
    rows = [
        row
        for row, value in _column(objects, IF_WANTED)
        if value == IS_UP and _number(objects, f"{IF_TYPE}.{row}") != LOOPBACK_TYPE
    ]
    return rows[:MOST_INTERFACES]


def _traffic(objects: Objects, row: str, name: str) -> dict[str, Value]:
    packets, errors = (
        sum(_number(objects, f"{column}.{row}") or 0 for column in columns)
        for columns in ((IF_PACKETS_IN, IF_PACKETS_OUT), (IF_ERRORS_IN, IF_ERRORS_OUT))
    )
    facts: dict[str, Value] = {Fact.INTERFACE_PACKETS.of(name): packets}
    if packets + errors:
        facts[Fact.INTERFACE_ERRORS.of(name)] = round(100 * errors / (packets + errors), 4)
    if speed := _number(objects, f"{IF_SPEED}.{row}"):
        facts[Fact.INTERFACE_SPEED.of(name)] = speed
    return facts


def _storage(objects: Objects) -> dict[str, Value]:
    facts: dict[str, Value] = {}
    disks = 0
    for row, kind in _column(objects, KIND):
        size, used = _number(objects, f"{SIZE}.{row}"), _number(objects, f"{USED}.{row}")
        if not size or used is None:
            continue
        place = _text(objects, f"{PLACE}.{row}")
        if kind == DISK_KIND and disks < MOST_DISKS:
            disks += 1
            block = _number(objects, f"{BLOCK}.{row}") or 1
            facts[Fact.DISK_USED.of(place)] = _percent(used, size)
            facts[Fact.DISK_FREE.of(place)] = (size - used) * block // BYTES_A_MB
        elif kind == MEMORY_KIND:
            facts.setdefault(Fact.MEMORY_USED, _percent(used, size))
    return facts | _linux(objects)


def _linux(objects: Objects) -> dict[str, Value]:
    """Return memory without what is only cached, swap and load, where the agent is a Linux."""
    facts: dict[str, Value] = {}
    total, free = _number(objects, TOTAL), _number(objects, AVAILABLE)
    if total and free is not None:
        spare = (_number(objects, BUFFERS) or 0) + (_number(objects, CACHED) or 0)
        facts[Fact.MEMORY_USED] = _percent(max(total - free - spare, 0), total)
    if swap := _number(objects, SWAP_TOTAL):
        facts[Fact.SWAP_USED] = _percent(swap - (_number(objects, SWAP_FREE) or 0), swap)
    for fact, name in zip((Fact.LOAD_1, Fact.LOAD_5, Fact.LOAD_15), LOADS, strict=True):
        if (load := _decimal(_text(objects, name))) is not None:
            facts[fact] = load
    cores = sum(1 for _ in _column(objects, PROCESSORS))
    quarter = facts.get(Fact.LOAD_15)
    if cores and isinstance(quarter, float):
        facts |= {Fact.CORES: cores, Fact.LOAD_PER_CORE: round(quarter / cores, 2)}
    return facts


def _ups(objects: Objects) -> dict[str, Value]:
    facts: dict[str, Value] = {}
    if text := _text(objects, UPS_MODEL):
        facts[Fact.UPS_MODEL] = text
    if (source := _number(objects, UPS_SOURCE)) is not None:
        facts[Fact.UPS_STATUS] = SOURCES.get(source, "other")
        facts[Fact.UPS_ON_BATTERY] = int(source == ON_BATTERY)
    if (battery := _number(objects, UPS_BATTERY)) is not None:
        facts[Fact.UPS_BATTERY_LOW] = int(battery in BATTERY_LOW)
    for fact, name in ((Fact.UPS_RUNTIME, UPS_MINUTES), (Fact.UPS_CHARGE, UPS_CHARGE)):
        if (number := _number(objects, name)) is not None:
            facts[fact] = number
    loads = [value for _, value in _column(objects, UPS_LOADS) if isinstance(value, int)]
    return facts | ({Fact.UPS_LOAD.value: max(loads)} if loads else {})


def _poe(objects: Objects) -> dict[str, Value]:
    watts = {row: _number(objects, f"{POE_WATTS}.{row}") for row, _ in _column(objects, POE_WATTS)}
    given = {row: _number(objects, f"{POE_GIVEN}.{row}") for row in watts}
    return {
        Fact.POE_USED.of(row): _percent(given[row] or 0, most)
        for row, most in watts.items()
        if most and given[row] is not None
    }


READERS: Mapping[SnmpTopic, Reader] = {
    SnmpTopic.SYSTEM: Reader(_system, single=(DESCRIPTION, UPTIME, NAME)),
    SnmpTopic.INTERFACES: Reader(
        _interfaces,
        columns=(
            *(IF_DESCRIPTION, IF_TYPE, IF_WANTED, IF_STATE, IF_NAME, IF_SPEED),
            *(IF_PACKETS_IN, IF_ERRORS_IN, IF_PACKETS_OUT, IF_ERRORS_OUT),
        ),
    ),
    SnmpTopic.STORAGE: Reader(
        _storage,
        single=(TOTAL, AVAILABLE, BUFFERS, CACHED, SWAP_TOTAL, SWAP_FREE, *LOADS),
        columns=(KIND, PLACE, BLOCK, SIZE, USED, PROCESSORS),
    ),
    SnmpTopic.UPS: Reader(
        _ups,
        single=(UPS_MODEL, UPS_BATTERY, UPS_MINUTES, UPS_CHARGE, UPS_SOURCE),
        columns=(UPS_LOADS,),
    ),
    SnmpTopic.POE: Reader(_poe, columns=(POE_WATTS, POE_GIVEN)),
}


def _column(objects: Objects, column: str) -> Iterator[tuple[str, object]]:
    """Give (row, value) of one column."""
    prefix = f"{column}."
    for name, value in objects.items():
        if name.startswith(prefix):
            yield name.removeprefix(prefix), value


def _text(objects: Objects, name: str) -> str:
    value = objects.get(name)
    return clean(value.decode("utf-8", errors="replace")) if isinstance(value, bytes) else ""


def _number(objects: Objects, name: str) -> int | None:
    value = objects.get(name)
    return value if isinstance(value, int) else None


def _decimal(text: str) -> float | None:
    whole, _, rest = text.partition(".")
    return float(text) if whole.isdecimal() and (not rest or rest.isdecimal()) else None


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1)
