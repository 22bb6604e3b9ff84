"""Where objects lie: written once, whole or not at all, under a key that never changes.

A key looks like `p1/c7/d12/2026/11/<ulid>-<attempt>/config.zst.age`. What is being written lies
beside its place with the ending `.part`, and is renamed when the disk has it. A folder is a store
only with its mark in it: the empty place where a disk is not mounted has none.
"""

from __future__ import annotations

import errno
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import uuid4

from django.conf import settings

from upkeep.store.errors import ObjectMissing, StoreUnavailable

KEY = re.compile(r"[a-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
LONGEST_KEY = 200
PART = ".part"
MARK = ".portal-store"
MARK_WORDS = "\nThe portal's store of backups: without this file the folder is taken for none.\n"
FULL = (errno.ENOSPC, errno.EDQUOT)


class ObjectWriter(Protocol):
    """An object that is being written. Nobody sees it before `commit`."""

    def write(self, data: bytes, /) -> int:
        """Take more bytes. Raises StoreUnavailable."""

    def commit(self) -> None:
        """Make the object, once the disk has it. Raises StoreUnavailable."""

    def abandon(self) -> None:
        """Forget it. Harmless after `commit`."""


class ObjectStore(Protocol):
    """A folder or a bucket. Every method may raise StoreUnavailable."""

    def create(self, key: str) -> ObjectWriter:
        """Begin a new object."""

    def open(self, key: str) -> BinaryIO:
        """Give the bytes of an object. Raises ObjectMissing."""

    def delete(self, key: str) -> None:
        """Delete an object; one that is gone already is no error."""

    def exists(self, key: str) -> bool:
        """Is there such an object?"""

    def keys(self, prefix: str = "") -> Iterator[str]:
        """List the objects whose keys begin with a folder such as `p1/c7`."""

    def sweep_leftovers(self, older_than: timedelta) -> int:
        """Delete what somebody began to write and died over; return how many."""


def checked_key(key: str) -> str:
    """Return the key. Raises ValueError for one that could lead out of the store."""
    if len(key) > LONGEST_KEY or not KEY.fullmatch(key) or key.endswith(PART):
        raise ValueError(f"{key!r} is not a key of an object.")
    return key


def object_store() -> ObjectStore:
    """Return the store that BACKUP_STORE names."""
    return _store(str(settings.BACKUP_STORE))


@lru_cache(maxsize=4)
def _store(address: str) -> ObjectStore:
    if address.startswith("s3://"):
        # boto3 takes a second to load: only where a bucket is used.
        from upkeep.store.bucket import BucketStore  # noqa: PLC0415

        return BucketStore(address)
    return FolderStore(Path(address))


class FolderStore:
    """Objects in a folder: `.part`, then fsync, then rename, readable by us only."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def mark(self) -> str:
        """Return by what the store is told from others; "" for a folder that is none."""
        with _told("read"):
            try:
                return (self.root / MARK).read_text(encoding="utf-8").partition("\n")[0].strip()
            except FileNotFoundError:
                return ""

    def set_mark(self, identity: str) -> str:
        """Make the folder a store; return its mark, which is another's who was quicker."""
        with _told("write"):
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = self.root / f"{MARK}.{uuid4().hex[:12]}{PART}"
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(f"{identity}{MARK_WORDS}")
                    file.flush()
                    os.fsync(file.fileno())
                with suppress(FileExistsError):
                    (self.root / MARK).hardlink_to(draft)
            finally:
                draft.unlink()
        return self.mark()

    def create(self, key: str) -> ObjectWriter:
        """Begin a new object."""
        self._refuse_no_store()
        with _told("write"):
            return _FileWriter(self.root / checked_key(key))

    def open(self, key: str) -> BinaryIO:
        """Give the bytes of an object."""
        with _told("read"):
            try:
                return (self.root / checked_key(key)).open("rb")
            except FileNotFoundError:
                self._refuse_no_store()
                raise ObjectMissing(key) from None

    def delete(self, key: str) -> None:
        """Delete an object."""
        self._refuse_no_store()
        with _told("delete"):
            (self.root / checked_key(key)).unlink(missing_ok=True)
            # The folder of a backup goes with its last object.
            with suppress(OSError):
                (self.root / key).parent.rmdir()

    def exists(self, key: str) -> bool:
        """Is there such an object?"""
        with _told("read"):
            found = (self.root / checked_key(key)).is_file()
            if not found:
                self._refuse_no_store()
            return found

    def keys(self, prefix: str = "") -> Iterator[str]:
        """List objects."""
        self._refuse_no_store()
        for path in self._files(prefix):
            if not path.name.endswith(PART) and path.name != MARK:
                yield path.relative_to(self.root).as_posix()

    def sweep_leftovers(self, older_than: timedelta) -> int:
        """Delete what somebody died over."""
        self._refuse_no_store()
        old, count = time.time() - older_than.total_seconds(), 0
        with _told("delete"):
            for path in self._files(""):
                # Somebody may commit it while we look.
                with suppress(FileNotFoundError):
                    if path.name.endswith(PART) and path.stat().st_mtime < old:
                        path.unlink()
                        count += 1
        return count

    def _files(self, prefix: str) -> Iterator[Path]:
        top = self.root / checked_key(prefix) if prefix else self.root
        for folder, _, names in os.walk(top):
            yield from (Path(folder) / name for name in sorted(names))

    def _refuse_no_store(self) -> None:
        # A disk that is not mounted has lost nothing, and is not written beside.
        if not (self.root / MARK).is_file():
            raise StoreUnavailable(
                "The folder of backups is not there, or is not the store: its mark is missing.",
                remedy="Mount its disk again, or correct BACKUP_STORE.",
            )


class _FileWriter:
    def __init__(self, place: Path) -> None:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.place = place
        self.part = place.with_name(f"{place.name[:80]}.{uuid4().hex[:12]}{PART}")
        handle = os.open(self.part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(handle, "wb", buffering=0)

    def write(self, data: bytes, /) -> int:
        with _told("write"):
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]
            return len(data)

    def commit(self) -> None:
        with _told("write"):
            os.fsync(self._file.fileno())
            self._file.close()
            if self.place.exists():
                # A rename would replace it: objects do not change.
                raise FileExistsError(errno.EEXIST, "it holds this object already")
            self.part.rename(self.place)
            folder = os.open(self.place.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def abandon(self) -> None:
        self._file.close()
        with suppress(OSError):
            self.part.unlink(missing_ok=True)
        with suppress(OSError):
            self.place.parent.rmdir()


@contextmanager
def _told(verb: str) -> Iterator[None]:
    """Tell what the disk refuses in words."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StoreUnavailable(
                "The store of backups is full: this was not kept.",
                remedy="Give it more room, or let backups be kept for a shorter time.",
            ) from error
        raise StoreUnavailable(
            f"The store of backups does not let us {verb}: {error.strerror}.",
            remedy="Look at its disk; the work is tried again by itself.",
        ) from error
