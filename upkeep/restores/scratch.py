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
from secrets import token_hex
from tempfile import gettempdir
from typing import BinaryIO

from django.conf import settings

from upkeep.restores.mariadb import ScratchDatabase, is_mariadb_here, run_mariadb
from upkeep.restores.work import StepFailed, VaultLacks

MOST_FILES = 500_000
PIECE = 1024 * 1024
MOST_LINKS = 500
# Links to these are told of; all others are left out like everything that is no file.
SETTINGS = ".conf"
# Nobody's disk is filled by an archive of nothing but zeros.
ROOM = 0.9
PLACES, PLACE = ".places", "portal-r"


@dataclass(frozen=True, slots=True)
class Restored:
    """A part that lies in the folder: how many files it is, and how many bytes.

    `links` are links to files of settings, which are not made: what they are called, and whither
    they lead.
    """

    name: str
    count: int
    size: int
    links: tuple[tuple[str, str], ...] = ()


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
        """Remove it with all that is in it, and its places."""
        for note in (self.folder / PLACES).glob(f"{PLACE}*"):
            shutil.rmtree(Path(gettempdir()) / note.name, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.folder.exists():
            raise VaultLacks("What was restored could not be removed again.")

    def place(self) -> Path:
        """Make a folder with a short path to which another user can be let: for what runs here.

        The path of a socket has about a hundred characters at most.
        """
        name = f"{PLACE}{token_hex(8)}"
        # Noted before it is made: a worker that is killed leaves none that nobody knows of.
        (self.folder / PLACES).mkdir(mode=0o700, exist_ok=True)
        (self.folder / PLACES / name).touch()
        made = Path(gettempdir()) / name
        made.mkdir(mode=0o700)
        return made

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
        links: list[tuple[str, str]] = []
        try:
            with tarfile.open(fileobj=plain, mode="r|") as archive:
                for member in archive:
                    size += member.size
                    count += member.isfile()
                    if size > room or count > MOST_FILES:
                        raise VaultLacks(f"{name} is too large to be restored here.")
                    if member.isfile() or member.isdir():
                        archive.extract(member, target, set_attrs=False, filter="data")
                    elif member.issym() and member.name.endswith(SETTINGS):
                        links.append((member.name, member.linkname))
        except tarfile.TarError as error:
            raise StepFailed(f"{name} cannot be unpacked ({type(error).__name__}).") from error
        # The end of the bytes is what proves that nobody changed them.
        while plain.read(PIECE):
            pass
        return Restored(name, count, size, tuple(links[:MOST_LINKS]))

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
        with run_mariadb(self.folder / "mariadb", self.place()) as database:
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
