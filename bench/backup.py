"""Backups in and out of the store, beside restic and borg: `python -m bench.backup`.

One artifact of 500 MB, half of it like audio (it cannot be made smaller), half like call records.
`apt-get install restic borgbackup` brings the others; where one is missing its lines are left out.
"""

from __future__ import annotations

import hashlib
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bench.figures import Figure, report
from tests.vault_keys import BREAK_GLASS_RECIPIENT, VAULT_IDENTITY, VAULT_RECIPIENT
from upkeep.backups.rereading import problem_of
from upkeep.store.objects import FolderStore
from upkeep.store.parts import PartWriter, Sealed, open_part

MB = 1_000_000
SIZE = 500 * MB
PIECE = 256 * 1024
SMALL = 1_000
KEYS = [VAULT_RECIPIENT, BREAK_GLASS_RECIPIENT]
PASSWORD = {"RESTIC_PASSWORD": "bench", "BORG_PASSPHRASE": "bench"}


def content(path: Path) -> None:
    """Write the artifact: the same bytes in every run."""
    chance, written = random.Random(500), 0
    with path.open("wb") as target:
        while written < SIZE:
            calls = "".join(_call(chance) for _ in range(62_000))
            written += target.write(chance.randbytes(4 * MB))
            written += target.write(calls.encode()[: 4 * MB])


def _call(chance: random.Random) -> str:
    at = f"2026-11-{chance.randrange(1, 31):02} 10:{chance.randrange(60):02}"
    who, whom = chance.randrange(10**7), chance.randrange(100, 200)
    return f"INSERT INTO cdr VALUES ('{at}','{who}','{whom}',{chance.randrange(900)});\n"


def pieces(path: Path) -> Iterator[bytes]:
    """Read a file as a driver hands it over."""
    with path.open("rb") as source:
        while piece := source.read(PIECE):
            yield piece


def write(root: Path, key: str, source: Path, results: list[float]) -> Sealed:
    """Back up, and put MB/s and MB of memory into `results`."""
    store = FolderStore(root)
    store.set_mark("bench")
    began = time.perf_counter()
    with PartWriter(store, key, name="all", form="raw", recipients=KEYS) as part:
        for piece in pieces(source):
            part.write(piece)
        sealed = part.finish()
    results += [SIZE / MB / (time.perf_counter() - began), _memory()]
    return sealed


def read(root: Path, key: str, target: Path, results: list[float]) -> None:
    """Restore into a file."""
    began = time.perf_counter()
    with open_part(FolderStore(root), key, VAULT_IDENTITY) as plain, target.open("wb") as out:
        shutil.copyfileobj(plain, out, PIECE)
        out.flush()
        os.fsync(out.fileno())
    results += [SIZE / MB / (time.perf_counter() - began), _memory()]


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MB


def _alone(work: str, *given: object) -> list[float]:
    """Do one thing in a process of its own, on one core; return what it measured."""
    context = get_context("spawn")
    theirs, ours = context.Pipe()
    child = context.Process(target=_in_child, args=(theirs, work, given))
    child.start()
    theirs.close()
    measured: list[float] = ours.recv()
    child.join()
    return measured


def _in_child(pipe: object, work: str, given: tuple[object, ...]) -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    results: list[float] = []
    works: dict[str, Any] = {"write": write, "read": read}
    works[work](*given, results)
    pipe.send(results)  # type: ignore[attr-defined]


def _program(*command: str, into: Path | None = None) -> tuple[float, float]:
    """Run another program on one core; return MB/s and its largest MB of memory."""
    began, most = time.perf_counter(), 0
    with (into or Path(os.devnull)).open("wb") as target:
        child = subprocess.Popen(
            ["taskset", "1", *command],
            env=os.environ | PASSWORD,
            stdout=target,
            stderr=subprocess.DEVNULL,
        )
        while child.poll() is None:
            # What the system counts at the end begins with our own memory, before the exec.
            most = max(most, _peak(child.pid))
            time.sleep(0.05)
        if into:
            os.fsync(target.fileno())
    if child.returncode:
        sys.exit(f"{command[0]} ended with {child.returncode}.")
    return SIZE / MB / (time.perf_counter() - began), most * 1024 / MB


def _peak(pid: int) -> int:
    """Return the largest kB of memory that a program has had so far."""
    with suppress(OSError):
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
        return int(found[1]) if found else 0
    return 0


def restic(scratch: Path, source: Path) -> Iterator[Figure]:
    """Measure restic with its own compression."""
    place = str(scratch / "restic")
    _program("restic", "-q", "-r", place, "init")
    speed, memory = _program("restic", "-q", "-r", place, "backup", str(source))
    yield Figure("restic: backup", speed, unit="MB/s", note=f"{memory:.0f} MB of memory")
    target = str(scratch / "out-restic")
    speed, memory = _program("restic", "-q", "-r", place, "restore", "latest", "-t", target)
    yield Figure("restic: restore", speed, unit="MB/s", note=f"{memory:.0f} MB of memory")


def borg(scratch: Path, source: Path) -> Iterator[Figure]:
    """Measure borg with zstd at the level that we use."""
    place = str(scratch / "borg")
    _program("borg", "init", "-e", "repokey-blake2", place)
    speed, memory = _program("borg", "create", "-C", "zstd,3", f"{place}::one", str(source))
    yield Figure("borg: backup", speed, unit="MB/s", note=f"{memory:.0f} MB of memory")
    command = ("borg", "extract", "--stdout", f"{place}::one")
    speed, memory = _program(*command, into=scratch / "out-borg")
    yield Figure("borg: restore", speed, unit="MB/s", note=f"{memory:.0f} MB of memory")


def small_ones(scratch: Path) -> Iterator[Figure]:
    """Verify many small artifacts, as the vault does: read again, then opened."""
    store, chance = FolderStore(scratch / "small"), random.Random(1)
    store.set_mark("bench")
    sealed = []
    for number in range(SMALL):
        key = f"p1/c1/d{number}/2026/11/x/config.zst.age"
        with PartWriter(store, key, name="config", form="raw", recipients=KEYS) as part:
            part.write(chance.randbytes(20_000))
            sealed.append(part.finish())
    began = time.perf_counter()
    for one in sealed:
        if problem_of(store, one.key, one.stored_sha256):
            sys.exit("A small artifact is damaged.")
    yield Figure(f"{SMALL:,} small artifacts read again", time.perf_counter() - began, 60, "s")
    began = time.perf_counter()
    for one in sealed:
        with open_part(store, one.key, VAULT_IDENTITY) as plain:
            if hashlib.sha256(plain.read()).hexdigest() != one.plain_sha256:
                sys.exit("A small artifact is not what was written.")
    yield Figure(f"{SMALL:,} small artifacts opened", time.perf_counter() - began, 60, "s")


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        scratch = Path(folder)
        source, root, key = (
            scratch / "artifact",
            scratch / "store",
            "p1/c1/d1/2026/11/x/all.zst.age",
        )
        content(source)
        written, memory = _alone("write", root, key, source)
        restored, its_memory = _alone("read", root, key, scratch / "out")
        stored = (root / key).stat().st_size
        bare = scratch / "bare.zst"
        subprocess.run(["zstd", "-q", "-3", str(source), "-o", str(bare)], check=True)
        figures = [
            Figure("backup of 500 MB", written, 40, "MB/s", at_least=True),
            Figure("restore of 500 MB", restored, 80, "MB/s", at_least=True),
            Figure("memory while backing up", memory, 100, "MB"),
            Figure("memory while restoring", its_memory, 100, "MB"),
            Figure("stored, above zstd -3 alone", (stored / bare.stat().st_size - 1) * 100, 1, "%"),
            *small_ones(scratch),
        ]
        for name, measure in (("restic", restic), ("borg", borg)):
            if shutil.which(name):
                figures += measure(scratch, source)
        report("Backups, on one core", figures)


if __name__ == "__main__":
    main()
