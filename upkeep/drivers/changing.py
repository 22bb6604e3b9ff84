"""Changing the programming of a system over SSH: reading, writing, loading, and proving it works.

Knows nothing of the database. What goes wrong is a `DriverFailed` in words for people.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from monitoring.probes.digest import Login
from monitoring.probes.egress import EgressRefused, Pinned, pin
from monitoring.probes.results import Outcome
from monitoring.probes.sip import probe_sip_login
from monitoring.probes.sip_wire import SipSocket
from upkeep.changes.answers import LONGEST_FILE
from upkeep.changes.conf import inherited, lines_of, sections_of
from upkeep.changes.extensions import SipLogin
from upkeep.drivers.base import DriverFailed, Reach, Settings
from upkeep.drivers.changing_commands import (
    reload_asterisk,
    reload_service,
    text_of,
    write_over,
)
from upkeep.drivers.machine import ways_of
from upkeep.drivers.shell import open_shell

SIP_PORT = 5060
PATIENCE = timedelta(seconds=4)
# After a load the call engine may need a moment before it knows everybody again.
SETTLES_SECONDS = 20
AT_ONCE = 10
MOST_LOGINS = 60


@dataclass(frozen=True, slots=True)
class Swap:
    """A file that is to become another one: its path, the text that it has, and the new one."""

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SipDoor:
    """Where the phones of a system sign in, as seen from here."""

    place: Pinned


async def read_files(reach: Reach, settings: Settings, paths: Collection[str]) -> dict[str, str]:
    """Return the texts of files. Raises DriverFailed for what cannot be read, or is no text."""
    ways = ways_of(settings)
    found = {}
    async with open_shell(reach) as shell:
        for path in paths:
            kept = bytearray()
            await shell.stream(text_of(path, ways), kept.extend)
            found[path] = _as_text(path, bytes(kept))
    return found


async def write_files(reach: Reach, settings: Settings, swaps: Collection[Swap]) -> None:
    """Put files in the places of the former ones. Twice is as good as once.

    Raises DriverFailed, before anything is written, when a file has neither of its two texts.
    """
    now = await read_files(reach, settings, [swap.path for swap in swaps])
    for swap in swaps:
        if now[swap.path] not in {swap.before, swap.after}:
            raise DriverFailed(f"{swap.path} was changed meanwhile by somebody else.")
    ways = ways_of(settings)
    async with open_shell(reach) as shell:
        for swap in swaps:
            if now[swap.path] == swap.after:
                continue
            data = swap.after.encode()
            await shell.feed(write_over(swap.path, len(data), ways), iter([data]))


async def load(reach: Reach, settings: Settings, *, is_asterisk: bool, service: str) -> None:
    """Have the system take its files as they are now. Raises DriverFailed."""
    ways = ways_of(settings)
    async with open_shell(reach) as shell:
        if is_asterisk:
            await shell.read(reload_asterisk(ways))
        if service:
            await shell.read(reload_service(service, ways))


async def sip_door(reach: Reach, pjsip: str) -> SipDoor | None:
    """Return where phones sign in over UDP; None where that cannot be asked from here."""
    sections = sections_of(lines_of(pjsip))
    port = 0
    for section in sections:
        values = inherited(section, sections)
        if values.get("type") == "transport" and values.get("protocol", "udp") == "udp":
            tail = values.get("bind", "").rpartition(":")[2]
            port = int(tail) if tail.isdigit() else SIP_PORT
            break
    if not port:
        return None
    try:
        return SipDoor(await pin(reach.host, port, reach.policy))
    except (EgressRefused, OSError):
        return None


async def who_signs_in(door: SipDoor, logins: Mapping[str, SipLogin]) -> frozenset[str]:
    """Return whose login is good now. It is only asked: nothing is registered or changed."""
    socket = await SipSocket.open()
    turns = asyncio.Semaphore(AT_ONCE)

    async def is_good(login: SipLogin) -> bool:
        async with turns:
            asked = Login(login.username, login.password)
            result = await probe_sip_login(door.place, PATIENCE, socket, asked)
        return result.outcome is Outcome.ALIVE

    asked = dict(list(logins.items())[:MOST_LOGINS])
    try:
        answers = await asyncio.gather(*(is_good(login) for login in asked.values()))
    finally:
        socket.close()
    return frozenset(number for number, good in zip(asked, answers, strict=True) if good)


async def who_cannot(door: SipDoor, logins: Mapping[str, SipLogin]) -> list[str]:
    """Return who still cannot sign in after the system had its time to settle."""
    left = dict(logins)
    end = asyncio.get_running_loop().time() + SETTLES_SECONDS
    while left:
        good = await who_signs_in(door, left)
        left = {number: login for number, login in left.items() if number not in good}
        if not left or asyncio.get_running_loop().time() >= end:
            break
        await asyncio.sleep(1)
    return sorted(left)


def _as_text(path: str, data: bytes) -> str:
    if len(data) > LONGEST_FILE:
        raise DriverFailed(f"{path} is too large to be changed here.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DriverFailed(f"{path} holds something else than UTF-8 text.") from error
