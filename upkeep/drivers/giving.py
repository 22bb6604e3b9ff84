"""Giving a backup back to its system, one call a step of `restores.steps`.

Each call may come twice, also after one that ended in its middle. What belongs to a restore bears
its mark, so that two never meet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from upkeep.drivers.base import Baseline, Driver, DriverFailed, Finding, Reach, Settings
from upkeep.drivers.commands import Ways
from upkeep.drivers.databases import (
    Schema,
    clear_database,
    data_folder,
    is_absent,
    stage_database,
    swap_database,
    swap_database_back,
)
from upkeep.drivers.giving_commands import (
    clear_folder,
    clear_path,
    free_space,
    free_space_of,
    has_programs,
    lay_beside,
    make_folder,
    service,
    swap_path,
    swap_path_back,
    unpack,
    write_beside,
)
from upkeep.drivers.machine import version_of, ways_of
from upkeep.drivers.shell import Shell, open_shell
from upkeep.drivers.table import DRIVERS
from upkeep.drivers.targets import Database, Files, OneFile, Target

PIECE = 256 * 1024
# Without these nothing could be given back any more.
STAYS_UP = re.compile(r"(?:mariadb|mysqld?|sshd?)(?:@[^.]*)?(?:\.service)?")
TOOLS: Mapping[type, tuple[tuple[str, ...], ...]] = {
    Files: (("tar",), ("mv",)),
    OneFile: (("cat",), ("mv",)),
    Database: (("mariadb", "mysql"),),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part that is given back: where it belongs, and how its plain bytes are read."""

    name: str
    target: Target
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class Handover:
    """What is given back to which system. `mark` names what belongs to this restore."""

    reach: Reach
    settings: Settings
    mark: str
    pieces: tuple[Piece, ...]
    # By the name of a database, as the backup tells it (`character_sets`).
    character_sets: Mapping[str, str] = field(default_factory=dict)

    @property
    def ways(self) -> Ways:
        """Return how commands are run there."""
        return ways_of(self.settings)

    @property
    def paths(self) -> Iterator[str]:
        """Return every path that something is put to."""
        for piece in self.pieces:
            if isinstance(piece.target, Files):
                yield from piece.target.paths
            elif isinstance(piece.target, OneFile):
                yield piece.target.path

    @property
    def databases(self) -> Sequence[tuple[int, str]]:
        """Return the databases, each with its number."""
        names = [one.target.name for one in self.pieces if isinstance(one.target, Database)]
        return list(enumerate(sorted(names)))

    @property
    def services(self) -> list[str]:
        """Return the services that are stopped, in the order in which they are started."""
        named = self.settings.get("services") or []
        return [unit for unit in named if not STAYS_UP.fullmatch(unit)]


@dataclass(frozen=True, slots=True)
class Sight:
    """What a system told before a restore. `baseline` is None where it could not be asked, and
    `database_free_bytes` where its database server could not. `absent_databases` have to be
    created."""

    firmware: str
    free_bytes: int | None
    missing_tools: tuple[str, ...]
    baseline: Baseline | None
    database_free_bytes: int | None = None
    absent_databases: tuple[str, ...] = ()


class Giver(Protocol):
    """How a backup is given back. Every method raises DriverFailed in words."""

    async def look(self, handover: Handover) -> Sight:
        """Tell whether the system could take it; nothing is changed."""

    async def stage(self, handover: Handover) -> None:
        """Bring everything beside its place; the system notices nothing."""

    async def stop(self, handover: Handover) -> None:
        """Stop the services."""

    async def swap(self, handover: Handover) -> None:
        """Put in place what was staged, and keep what was there."""

    async def start(self, handover: Handover) -> None:
        """Start the services: what they hold in memory is of before."""

    async def verify(self, handover: Handover, baseline: Baseline) -> list[Finding]:
        """Compare the system with what it was like."""

    async def swap_back(self, handover: Handover) -> None:
        """Put back what was there."""

    async def clear(self, handover: Handover) -> None:
        """Remove everything that bears the mark."""


class ShellGiver:
    """Gives back over SSH what `driver` has taken over SSH."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver

    async def look(self, handover: Handover) -> Sight:
        """Ask for its version, free space and programs; a broken system tells less."""
        ways = handover.ways
        groups = {group for piece in handover.pieces for group in TOOLS[type(piece.target)]}
        async with open_shell(handover.reach) as shell:
            space = await shell.read(free_space(list(handover.paths)))
            database_space = await _database_space(shell, handover)
            absent = await _absent(shell, handover)
            missing = (await shell.read(has_programs(sorted(groups)))).split()
            version = await version_of(shell)
            if any(piece for piece in handover.pieces):
                # Whoever may not write finds out before anything is stopped.
                await shell.read(make_folder(handover.mark, ways))
                await shell.read(clear_folder(handover.mark, ways))
        baseline = await self._baseline(handover)
        firmware = str((baseline or {}).get("version") or version)
        return Sight(firmware, _least(space), tuple(missing), baseline, database_space, absent)

    async def _baseline(self, handover: Handover) -> Baseline | None:
        try:
            return await self.driver.baseline(handover.reach, handover.settings)
        except DriverFailed:
            return None

    async def stage(self, handover: Handover) -> None:
        """Unpack archives, and load dumps into databases of their own."""
        ways, mark = handover.ways, handover.mark
        schemas = {one.name: one for one in _schemas(handover)}
        async with open_shell(handover.reach) as shell:
            await shell.read(make_folder(mark, ways))
            for piece in handover.pieces:
                with piece.open() as plain:
                    match piece.target:
                        case Files(paths):
                            await shell.feed(unpack(piece.name, mark, ways), _pieces(plain))
                            for path in paths:
                                await shell.read(lay_beside(piece.name, path, mark, ways))
                        case OneFile(path):
                            await shell.feed(write_beside(path, mark, ways), _pieces(plain))
                        case Database(name):
                            await stage_database(shell, schemas[name], _pieces(plain), ways)
            await shell.read(clear_folder(mark, ways))

    async def stop(self, handover: Handover) -> None:
        """Stop the services, the last one first."""
        await self._services(handover, "stop", list(reversed(handover.services)))

    async def start(self, handover: Handover) -> None:
        """Start the services: a reload would keep what they hold in memory."""
        await self._services(handover, "start", handover.services)

    async def _services(self, handover: Handover, act: str, units: Sequence[str]) -> None:
        async with open_shell(handover.reach) as shell:
            for unit in units:
                await shell.read(service(act, unit, handover.ways))

    async def swap(self, handover: Handover) -> None:
        """Swap paths by renaming, and the tables of each database in one statement."""
        async with open_shell(handover.reach) as shell:
            for path in handover.paths:
                await shell.read(swap_path(path, handover.mark, handover.ways))
            for schema in _schemas(handover):
                await swap_database(shell, schema, handover.ways)

    async def swap_back(self, handover: Handover) -> None:
        """Do the same the other way round; what was not swapped stays."""
        async with open_shell(handover.reach) as shell:
            for path in handover.paths:
                await shell.read(swap_path_back(path, handover.mark, handover.ways))
            for number, name in handover.databases:
                await swap_database_back(shell, name, _stem(handover, number), handover.ways)

    async def verify(self, handover: Handover, baseline: Baseline) -> list[Finding]:
        """Let the driver compare."""
        return await self.driver.verify(handover.reach, handover.settings, baseline)

    async def clear(self, handover: Handover) -> None:
        """Remove everything that bears the mark."""
        async with open_shell(handover.reach) as shell:
            await self._clear(shell, handover)

    async def _clear(self, shell: Shell, handover: Handover) -> None:
        await shell.read(clear_folder(handover.mark, handover.ways))
        for path in handover.paths:
            await shell.read(clear_path(path, handover.mark, handover.ways))
        for number, _ in handover.databases:
            await clear_database(shell, _stem(handover, number), handover.ways)


def _stem(handover: Handover, number: int) -> str:
    return f"portal_{handover.mark}_{number}"


def _schemas(handover: Handover) -> list[Schema]:
    told = handover.character_sets
    return [
        Schema(name, _stem(handover, number), told.get(name, ""))
        for number, name in handover.databases
    ]


async def _absent(shell: Shell, handover: Handover) -> tuple[str, ...]:
    """Return the databases that are not there; none where the server does not answer."""
    names = [name for _, name in handover.databases]
    try:
        return tuple([one for one in names if await is_absent(shell, one, handover.ways)])
    except DriverFailed:
        return ()


def _pieces(plain: BinaryIO) -> Iterator[bytes]:
    while piece := plain.read(PIECE):
        yield piece


async def _database_space(shell: Shell, handover: Handover) -> int | None:
    """Return the free bytes where the databases lie: that may be a disk of their own."""
    if not handover.databases:
        return None
    try:
        folder = await data_folder(shell, handover.ways)
        return _least(await shell.read(free_space_of([folder]))) if folder else None
    except DriverFailed:
        return None


def _least(said: str) -> int | None:
    told = [int(word) for word in said.split() if word.isascii() and word.isdecimal()]
    return min(told, default=None)


GIVERS: Mapping[str, Giver] = {kind: ShellGiver(driver) for kind, driver in DRIVERS.items()}
