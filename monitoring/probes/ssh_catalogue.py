"""What a machine may be asked over SSH: a closed list of fixed commands, and how to read them.

Nobody can add a command or a word to one from outside: there are no parameters. What a machine
does not answer, or answers with garbage, is a fact that is missing. The readers are pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from monitoring.probes.facts import Fact, Value, clean

# File systems without room of their own.
NOT_DISKS = frozenset(
    {"autofs", "cgroup2", "devtmpfs", "efivarfs", "fuse.lxcfs", "iso9660", "none", "proc"}
    | {"ramfs", "squashfs", "sysfs", "tmpfs", "udf"}
)
MOST_DISKS = 24
KB_A_MB = 1024
NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?\Z")
# Type, size, used, free, percent, and where it is mounted; a name may hold spaces.
DISK_LINE = re.compile(r"\S+\s+(\S+)\s+(\d+)\s+(\d+)\s+(\d+)\s+\S+\s+(/.*)\Z")


class Topic(StrEnum):
    """What can be asked."""

    DISK = "disk"
    INODES = "inodes"
    UPTIME = "uptime"
    LOAD = "load"
    MEMORY = "memory"
    VERSION = "version"
    CLOCK = "clock"
    LOG = "log"
    LOGINS = "logins"
    BOOTS = "boots"
    UPDATES = "updates"


USUAL_TOPICS = frozenset({Topic.DISK, Topic.UPTIME, Topic.LOAD, Topic.MEMORY, Topic.VERSION})


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed; `asked` and `heard` are our clock before and after, Unix seconds."""

    text: str
    asked: float = 0.0
    heard: float = 0.0

    @property
    def lines(self) -> list[str]:
        """Return the lines without the spaces around them."""
        return [line.strip() for line in self.text.splitlines()]


@dataclass(frozen=True, slots=True)
class Command:
    """A fixed command line, and what its output says."""

    words: str
    line: str
    read: Callable[[Said], dict[str, Value]]


def _disks(said: Said) -> dict[str, Value]:
    facts: dict[str, Value] = {}
    for used, free, place in _mounted(said):
        facts[Fact.DISK_USED.of(place)] = _percent(used, used + free)
        facts[Fact.DISK_FREE.of(place)] = free // KB_A_MB
    return facts


def _inodes(said: Said) -> dict[str, Value]:
    return {
        Fact.INODES_USED.of(place): _percent(used, used + free)
        for used, free, place in _mounted(said)
    }


def _mounted(said: Said) -> list[tuple[int, int, str]]:
    """Return (used, free, where) of each disk."""
    found = (DISK_LINE.match(line) for line in said.lines)
    disks = [
        (int(line[3]), int(line[4]), line[5])
        for line in found
        if line and line[1] not in NOT_DISKS and int(line[3]) + int(line[4])
    ]
    return disks[:MOST_DISKS]


def _uptime(said: Said) -> dict[str, Value]:
    seconds = _number(said.text.split(maxsplit=1)[:1])
    return {} if seconds is None else {Fact.UPTIME: int(seconds)}


def _load(said: Said) -> dict[str, Value]:
    """Read /proc/loadavg, and the number of cores on the next line."""
    words = said.text.split()
    loads = [_number([word]) for word in words[:3]]
    cores = _number(words[-1:])
    facts: dict[str, Value] = {
        fact: load
        for fact, load in zip((Fact.LOAD_1, Fact.LOAD_5, Fact.LOAD_15), loads, strict=False)
        if load is not None
    }
    if len(words) > 5 and cores and loads[2] is not None:
        facts |= {Fact.CORES: int(cores), Fact.LOAD_PER_CORE: round(loads[2] / cores, 2)}
    return facts


def _memory(said: Said) -> dict[str, Value]:
    amounts = {
        name: int(amount)
        for name, amount in re.findall(r"^(\w+):\s+(\d{1,15}) kB$", said.text, re.MULTILINE)
    }
    facts: dict[str, Value] = {}
    if (total := amounts.get("MemTotal", 0)) and "MemAvailable" in amounts:
        facts[Fact.MEMORY_USED] = _percent(total - amounts["MemAvailable"], total)
    if total := amounts.get("SwapTotal", 0):
        facts[Fact.SWAP_USED] = _percent(total - amounts.get("SwapFree", 0), total)
    return facts


def _version(said: Said) -> dict[str, Value]:
    """Read `uname -r`, /etc/os-release, and the version of a phone system where there is one."""
    facts: dict[str, Value] = {}
    if said.lines and said.lines[0]:
        facts[Fact.KERNEL] = clean(said.lines[0])
    for line in said.lines[1:]:
        if line.startswith("PRETTY_NAME="):
            name = clean(line.partition("=")[2].strip("\"'"))
            facts |= {Fact.SYSTEM_DESCRIPTION: name, Fact.VERSION: name}
        elif line.startswith("Asterisk "):
            facts[Fact.VERSION] = clean(line)
    return facts


def _clock(said: Said) -> dict[str, Value]:
    theirs = _number(said.text.split()[:1])
    if theirs is None:
        return {}
    ours = (said.asked + said.heard) / 2
    return {Fact.CLOCK_OFFSET: round((theirs - ours) * 1000, 1)}


def _updates(said: Said) -> dict[str, Value]:
    waiting, reboot = _number(said.lines[:1]), _number(said.lines[1:2])
    facts: dict[str, Value] = {}
    if waiting is not None:
        facts[Fact.UPDATES] = int(waiting)
    if reboot is not None:
        facts[Fact.REBOOT_WANTED] = int(bool(reboot))
    return facts


def _count(fact: Fact) -> Callable[[Said], dict[str, Value]]:
    def read(said: Said) -> dict[str, Value]:
        count = _number(said.lines[:1])
        return {} if count is None else {fact: int(count)}

    return read


def _number(words: list[str]) -> float | None:
    return float(words[0]) if words and NUMBER.match(words[0]) else None


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1)


CATALOGUE: Mapping[Topic, Command] = {
    Topic.DISK: Command("Room on its disks", "df -PkT", _disks),
    Topic.INODES: Command("Room for files on its disks", "df -PiT", _inodes),
    Topic.UPTIME: Command("Time since its last start", "cat /proc/uptime", _uptime),
    Topic.LOAD: Command("Load", "cat /proc/loadavg && grep -c ^processor /proc/cpuinfo", _load),
    Topic.MEMORY: Command("Memory", "cat /proc/meminfo", _memory),
    Topic.VERSION: Command(
        "Versions", "uname -r; cat /etc/os-release; asterisk -V 2>/dev/null", _version
    ),
    Topic.CLOCK: Command("Clock", "date +%s.%N", _clock),
    Topic.LOG: Command(
        "Errors in its log",
        "command -v journalctl >/dev/null"
        " && journalctl -q --no-pager -p err -o cat --since=-24h | wc -l",
        _count(Fact.LOG_ERRORS),
    ),
    Topic.LOGINS: Command(
        "Sign-ins that were refused",
        "command -v journalctl >/dev/null"
        " && journalctl -q --no-pager -o cat -t sshd --since=-24h"
        " | grep -c -e '^Failed ' -e '^Invalid user '",
        _count(Fact.LOGINS_REFUSED),
    ),
    Topic.BOOTS: Command(
        "Starts in a month",
        "command -v last >/dev/null && last -s -31days reboot | grep -c ^reboot",
        _count(Fact.BOOTS),
    ),
    Topic.UPDATES: Command(
        "Updates that wait",
        "command -v apt-get >/dev/null"
        " && { apt-get -s -o Debug::NoLocking=true dist-upgrade | grep -c ^Inst;"
        " test -e /run/reboot-required; expr 1 - $?; }",
        _updates,
    ),
}
