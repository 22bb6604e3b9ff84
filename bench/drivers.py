"""A system over real SSH into the store and back: `python -m bench.drivers`.

A folder of 300 MB and a database of 2,000,000 calls (about 200 MB of dump) of a machine on
loopback, with OpenSSH and MariaDB from Debian. The driver works in a process of its own on one
core, and reads and writes as the keeper and the vault do; it needs no database of the portal.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, BinaryIO

from bench.figures import Figure, report
from tests.lab.databases import Databases, databases
from tests.lab.machines import Door, sshd
from tests.lab.memory import peak
from tests.lab.servers import missing
from tests.upkeep.shell_wire import reach_to
from tests.vault_keys import BREAK_GLASS_RECIPIENT, VAULT_IDENTITY, VAULT_RECIPIENT
from upkeep.drivers.base import Reach, Settings
from upkeep.drivers.giving import Handover, Piece, ShellGiver
from upkeep.drivers.ssh import SshDriver
from upkeep.drivers.targets import target_of
from upkeep.store.objects import FolderStore
from upkeep.store.parts import PartWriter, open_part

MB = 1_000_000
FILES, FILE_SIZE, CALLS = 30, 10 * MB, 2_000_000
KEYS = [VAULT_RECIPIENT, BREAK_GLASS_RECIPIENT]
NEEDED = ("sshd", "mariadbd", "sqlite3")
PARTS = ("config", "db-asteriskcdrdb")


class Shelf:
    """A sink that writes parts into a folder, as a backup's does, and no rows."""

    def __init__(self, root: Path) -> None:
        self._store = FolderStore(root)
        self._store.set_mark("bench")
        self.done_bytes = 0

    def part(self, name: str, form: str) -> PartWriter:
        """Give a part to write to."""
        return PartWriter(
            self._store, key_of(name), name=name, form=form, recipients=KEYS, finished=self._count
        )

    def step(self, words: str) -> None:
        """Nobody watches."""

    def _count(self, sealed: Any) -> None:
        self.done_bytes += sealed.plain_bytes


def key_of(name: str) -> str:
    """Return where a part lies in the store."""
    return f"p1/c1/d1/2026/11/bench/{name}.zst.age"


def take(root: Path, reach: Reach, settings: Settings) -> int:
    """Back the system up; return how many bytes there were."""
    shelf = Shelf(root)
    asyncio.run(SshDriver().take(reach, settings, shelf))
    return shelf.done_bytes


def give(root: Path, reach: Reach, settings: Settings) -> None:
    """Bring everything back beside its place, as a restore does before it stops the system."""
    store = FolderStore(root)

    def opened(name: str) -> BinaryIO:
        return open_part(store, key_of(name), VAULT_IDENTITY)

    pieces = []
    for name in PARTS:
        target = target_of("ssh", settings, name)
        assert target is not None
        pieces.append(Piece(name, target, partial(opened, name)))
    asyncio.run(ShellGiver(SshDriver()).stage(Handover(reach, settings, "bench", tuple(pieces))))


WORKS = {"take": take, "give": give}


def alone(work: str, *given: object) -> tuple[float, float, int]:
    """Do it in a process of its own, on one core; return seconds, MB of memory, and its answer."""
    theirs, ours = get_context("spawn").Pipe()
    child = get_context("spawn").Process(target=_in_child, args=(theirs, work, given))
    child.start()
    theirs.close()
    try:
        measured: tuple[float, float, int] = ours.recv()
    except EOFError:
        sys.exit(f"It could not {work}.")
    child.join()
    return measured


def _in_child(pipe: Any, work: str, given: Sequence[Any]) -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    began = time.perf_counter()
    answer = WORKS[work](*given)
    pipe.send((time.perf_counter() - began, peak(os.getpid()), answer or 0))


def machine(folder: Path, stack: ExitStack) -> tuple[Door, Databases]:
    """Run a machine with the system on it."""
    door = stack.enter_context(sshd(folder))
    running = stack.enter_context(databases(folder, calls=CALLS))
    chance = random.Random(3)
    (folder / "spool").mkdir()
    for number in range(FILES):
        (folder / f"spool/{number}.wav").write_bytes(chance.randbytes(FILE_SIZE))
    return door, running


def main() -> None:
    """Print the figures."""
    if gone := missing(*NEEDED):
        sys.exit(f"It needs {', '.join(gone)}: sh tests/lab/install.sh")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lab-")))
        door, running = machine(folder, stack)
        settings = {
            "paths": [str(folder / "spool")],
            "databases": ["asteriskcdrdb"],
            "sqlite": [],
            "services": [],
            "sudo": False,
            "defaults_file": str(running.defaults_file),
        }
        given = (folder / "store", reach_to(door.server.target, door.login), settings)
        seconds, memory, size = alone("take", *given)
        back, its_memory, _ = alone("give", *given)
        in_mb = size / MB
        report(
            f"A system of {in_mb:.0f} MB over SSH, the driver on one core",
            [
                Figure("backup", in_mb / seconds, unit="MB/s"),
                Figure("laid ready by a restore", in_mb / back, unit="MB/s"),
                Figure("memory while backing up", memory, 100, "MB"),
                Figure("memory while laying ready", its_memory, 100, "MB"),
            ],
        )


if __name__ == "__main__":
    main()
