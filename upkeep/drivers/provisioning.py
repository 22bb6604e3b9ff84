"""Phones that fetch their firmware over HTTP from a folder of their phone system.

The file is put there when its SHA-256 is right, the phone's own configuration names it, and the
phone is told to look. What a phone runs is what it says when it signs in.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from upkeep.drivers.base import Baseline, DriverFailed, Finding, Reach, Settings
from upkeep.drivers.changing import Swap, read_files, write_files
from upkeep.drivers.commands import is_there
from upkeep.drivers.giving_commands import free_space, has_programs
from upkeep.drivers.machine import ways_of
from upkeep.drivers.manager import NO_RIGHT, may_tell, open_manager, software_of, tell_to_look
from upkeep.drivers.phone_commands import keep, may_write, publish
from upkeep.drivers.phone_files import (
    PhonePlan,
    checked_file,
    line_of,
    phone_plan,
    value_of,
    with_line,
)
from upkeep.drivers.shell import open_shell
from upkeep.drivers.wanted import Target
from upkeep.firmware.versions import version_in

PROGRAMS = (("curl",), ("sha256sum",))
SPARE_BYTES = 256 * 1024 * 1024
USUAL_PORT = 5038
FORMER = ".portal-former"


class HttpUpdater:
    """Publishes a firmware for one phone; others go on with theirs."""

    kind = "http"

    def __init__(
        self,
        patience: timedelta = timedelta(minutes=10),
        look_every: timedelta = timedelta(seconds=5),
    ) -> None:
        """`patience` is how long a phone may take to come back with another version."""
        self.patience, self.look_every = patience, look_every

    async def version(self, reach: Reach, settings: Settings) -> str:
        """Return what the phone says that it runs when it signs in."""
        plan = phone_plan(settings)
        async with open_manager(reach, _port(settings)) as talk:
            said = await software_of(talk, plan.endpoint)
        versions = {version_in(one) for one in said}
        if not said:
            raise DriverFailed(f"No phone is signed in as {plan.endpoint}.")
        if len(versions) > 1:
            raise DriverFailed(f"Several phones are signed in as {plan.endpoint}.")
        version = versions.pop()
        if not version:
            raise DriverFailed(f"The phone of {plan.endpoint} does not tell its version.")
        return version

    def is_same(self, wanted: str, told: str) -> bool:
        """Return whether the phone tells exactly this version."""
        return wanted == told

    async def prepare(self, reach: Reach, settings: Settings, target: Target) -> list[Finding]:
        """Ask the phone system; nothing is fetched yet."""
        try:
            plan = phone_plan(settings)
            checked_file(target)
            now = await self.version(reach, settings)
            async with open_manager(reach, _port(settings)) as talk:
                if not await may_tell(talk):
                    raise DriverFailed(NO_RIGHT)
            findings = await _folder(reach, settings, plan)
        except DriverFailed as error:
            return [Finding("not_possible", str(error), is_bad=True)]
        if now == target.version:
            findings.append(Finding("is_there", f"The phone runs {now} already."))
        return findings

    async def update(self, reach: Reach, settings: Settings, target: Target) -> None:
        """Publish the file, name it in the phone's own one, and wait for the phone."""
        plan = phone_plan(settings)
        checked_file(target)
        ways = ways_of(settings)
        before = (await read_files(reach, settings, [plan.path]))[plan.path]
        wanted = plan.address_of(target)
        is_named = value_of(line_of(before, plan.key)) == wanted
        async with open_shell(reach) as shell:
            if not is_named:
                # First of all: whoever goes back has to know what was there.
                kept = (
                    f"{await self.version(reach, settings)}\n{line_of(before, plan.key)}".encode()
                )
                await shell.feed(keep(plan.path + FORMER, len(kept), ways), iter([kept]))
            name, sha256 = plan.name_of(target), target.sha256.lower()
            await shell.read(publish(plan.folder, name, sha256, target.url, ways))
        if not is_named:
            await _set(reach, settings, plan, before, f"{plan.key} = {wanted}")
        if not await self._runs(reach, settings, target.version):
            await self._tell_and_wait(reach, settings, plan, target.version)

    async def roll_back(self, reach: Reach, settings: Settings, former: Target) -> None:
        """Put back what its own file said, and wait for the phone."""
        plan = phone_plan(settings)
        line = await _kept_line(reach, settings, plan, former)
        if line is not None:
            before = (await read_files(reach, settings, [plan.path]))[plan.path]
            await _set(reach, settings, plan, before, line)
        # Also when it runs the former version: it may be about to take the other one.
        await self._tell_and_wait(reach, settings, plan, former.version)

    async def verify(
        self, reach: Reach, settings: Settings, target: Target, baseline: Baseline
    ) -> list[Finding]:
        """Is the phone signed in, with this version? The baseline tells nothing of a phone."""
        try:
            now = await self.version(reach, settings)
        except DriverFailed as error:
            return [Finding("not_signed_in", str(error), is_bad=True)]
        if now == target.version:
            return []
        words = f"The phone runs {now}, not {target.version}."
        return [Finding("other_version", words, is_bad=True)]

    async def _tell_and_wait(
        self, reach: Reach, settings: Settings, plan: PhonePlan, version: str
    ) -> None:
        async with open_manager(reach, _port(settings)) as talk:
            await tell_to_look(talk, plan.endpoint)
        end = asyncio.get_running_loop().time() + self.patience.total_seconds()
        while not await self._runs(reach, settings, version):
            if asyncio.get_running_loop().time() >= end:
                minutes = int(self.patience.total_seconds()) // 60
                raise DriverFailed(
                    f"The phone of {plan.endpoint} does not run {version} after {minutes} minutes."
                )
            await asyncio.sleep(self.look_every.total_seconds())

    async def _runs(self, reach: Reach, settings: Settings, version: str) -> bool:
        try:
            return await self.version(reach, settings) == version
        except DriverFailed:
            # It starts anew, and so may be away.
            return False


async def _set(reach: Reach, settings: Settings, plan: PhonePlan, before: str, line: str) -> None:
    after = with_line(before, plan.key, line)
    if after != before:
        await write_files(reach, settings, [Swap(plan.path, before, after)])


async def _kept_line(
    reach: Reach, settings: Settings, plan: PhonePlan, former: Target
) -> str | None:
    """Return what named its firmware before; None when nothing was changed since it was kept."""
    path = plan.path + FORMER
    async with open_shell(reach) as shell:
        if (await shell.read(is_there(path, ways_of(settings)))).strip() != "yes":
            return None
    version, _, line = (await read_files(reach, settings, [path]))[path].partition("\n")
    return line if version == former.version else None


async def _folder(reach: Reach, settings: Settings, plan: PhonePlan) -> list[Finding]:
    ways = ways_of(settings)
    async with open_shell(reach) as shell:
        missing = (await shell.read(has_programs(PROGRAMS))).split()
        closed = (await shell.read(may_write(plan.folder, plan.path, ways))).split()
        said = (await shell.read(free_space([plan.folder]))).split()
    findings = [
        Finding("no_program", f"{name} is not installed on the phone system.", is_bad=True)
        for name in missing
    ]
    named = {"folder": plan.folder, "file": plan.path}
    findings += [
        Finding("not_writable", f"{named[what]} is not there, or cannot be written.", is_bad=True)
        for what in closed
    ]
    free = min((int(word) for word in said if word.isascii() and word.isdecimal()), default=0)
    if free < SPARE_BYTES:
        words = f"Only {free // 2**20:,} MB are free on the phone system."
        findings.append(Finding("little_space", words, is_bad=True))
    return findings


def _port(settings: Settings) -> int:
    return int(settings.get("manager_port") or USUAL_PORT)
