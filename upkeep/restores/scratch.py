"""A place of the vault to restore into: a folder, and a MariaDB server of its own in it.

What is restored comes from outside: archives are unpacked without leaving the folder, with nothing
but plain files and folders; the server has no network and reads no files.
"""

from __future__ import annotations

import shutil
import sqlite3
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from upkeep.restores.mariadb import ScratchDatabase, is_mariadb_here, run_mariadb
from upkeep.restores.work import StepFailed, VaultLacks

MOST_FILES = 500_000
PIECE = 1024 * 1024
# Nobody's disk is filled by an archive of nothing but zeros.
ROOM = 0.9


@dataclass(frozen=True, slots=True)
class Restored:
    """A part that lies in the folder: how many files it is, and how many bytes."""

    name: str
    count: int
    size: int


@dataclass(frozen=True, slots=True)
class Scratch:
    """The folder of one rehearsal."""

    folder: Path

    @classmethod
    def of(cls, restore_id: int) -> Scratch:
        """Return the folder that belongs to a rehearsal."""
        return cls(Path(settings.REHEARSALS_DIR) / f"r{restore_id}")

    def begin(self) -> None:
        """Make it, empty, for nobody else to read."""
        self.clear()
        self.folder.mkdir(mode=0o700, parents=True)

    def clear(self) -> None:
        """Remove it with all that is in it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.folder.exists():
            raise VaultLacks("What was restored could not be removed again.")

    def refuse_without_room(self, needed: int) -> None:
        """Raise VaultLacks unless the disk has this many bytes: a full one helps nobody."""
        if needed > shutil.disk_usage(self.folder).free * ROOM:
            raise VaultLacks(
                "The disk of the vault has no room to restore this backup beside the system."
                " Make room in REHEARSALS_DIR."
            )

    def unpack(self, name: str, plain: BinaryIO) -> Restored:
        """Unpack an archive to its end. Raises StepFailed for one that cannot be."""
        target = self.folder / name
        target.mkdir(mode=0o700)
        room = shutil.disk_usage(self.folder).free * ROOM
        count, size = 0, 0
        try:
            with tarfile.open(fileobj=plain, mode="r|") as archive:
                for member in archive:
                    size += member.size
                    count += member.isfile()
                    if size > room or count > MOST_FILES:
                        raise VaultLacks(f"{name} is too large to be restored here.")
                    if member.isfile() or member.isdir():
                        archive.extract(member, target, set_attrs=False, filter="data")
        except tarfile.TarError as error:
            raise StepFailed(f"{name} cannot be unpacked ({type(error).__name__}).") from error
        # The end of the bytes is what proves that nobody changed them.
        while plain.read(PIECE):
            pass
        return Restored(name, count, size)

    def write(self, name: str, form: str, plain: BinaryIO) -> Restored:
        """Write a file, and look whether it is what it should be."""
        path = self.folder / name
        with path.open("xb") as target:
            shutil.copyfileobj(plain, target, PIECE)
        if form == "sqlite":
            _check_sqlite(name, path)
        elif form == "zip":
            _check_zip(name, path)
        return Restored(name, 1, path.stat().st_size)

    @contextmanager
    def database(self) -> Iterator[ScratchDatabase]:
        """Run a database server in the folder until the end of the block."""
        if not is_mariadb_here():
            raise VaultLacks("The vault has no MariaDB server to rehearse in: install one there.")
        with run_mariadb(self.folder / "mariadb") as database:
            yield database


def _check_sqlite(name: str, path: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            said = database.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as error:
        raise StepFailed(f"{name} is no SQLite database that can be read.") from error
    if said != ("ok",):
        raise StepFailed(f"{name} is damaged inside.")


def _check_zip(name: str, path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            broken = archive.testzip()
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise StepFailed(f"{name} cannot be unpacked.") from error
    if broken is not None:
        raise StepFailed(f"{name} is damaged inside.")
