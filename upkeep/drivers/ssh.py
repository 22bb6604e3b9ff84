"""Files and databases of any machine with SSH."""

from __future__ import annotations

from upkeep.drivers.base import Baseline, Finding, Reach, Settings, Sink, Taken
from upkeep.drivers.commands import archive, copy_of_sqlite, dump
from upkeep.drivers.machine import (
    Writer,
    compared,
    databases,
    services,
    version_of,
    ways_of,
    what_stood_still,
)
from upkeep.drivers.shell import Shell, open_shell


class SshDriver:
    """Declared folders, MariaDB and SQLite databases, each a part."""

    kind = "ssh"

    async def baseline(self, reach: Reach, settings: Settings) -> Baseline:
        """Tell of its databases and tables, and which of its services run."""
        async with open_shell(reach) as shell:
            return await _baseline(shell, settings)

    async def take(self, reach: Reach, settings: Settings, sink: Sink) -> Taken:
        """Write every declared folder and database into `sink`."""
        ways = ways_of(settings)
        async with open_shell(reach) as shell:
            writer = Writer(shell, sink)
            sink.step("Looking at the machine")
            before = await _baseline(shell, settings)
            if paths := settings["paths"]:
                await writer.write("config", "tar", archive(paths, ways))
            for name in settings["databases"]:
                await writer.write(f"db-{name}", "sql", dump(name, ways))
            for number, path in enumerate(settings["sqlite"], 1):
                await writer.write(f"sqlite-{number}", "sqlite", copy_of_sqlite(path, ways))
            sink.step("Looking at the machine once more")
            after = await _baseline(shell, settings)
            firmware = await version_of(shell)
        return Taken(firmware, what_stood_still(before, after), tuple(writer.warnings))

    async def verify(self, reach: Reach, settings: Settings, baseline: Baseline) -> list[Finding]:
        """Compare tables and services with what they were."""
        return compared(baseline, await self.baseline(reach, settings))


async def _baseline(shell: Shell, settings: Settings) -> Baseline:
    kept = await databases(shell, settings["databases"], ways_of(settings))
    return {**kept, **await services(shell, settings["services"])}
