"""One part of a backup, on its way in and out: SHA-256 and structure, zstd, age, object.

Nothing is kept in memory or on disk but a few buffers.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO, Self

import zstandard

from upkeep.store.age_streams import BUFFER, Counting, Encryption, PlainBytes
from upkeep.store.errors import ObjectDamaged, PartBroken
from upkeep.store.objects import ObjectStore
from upkeep.store.seen import Seen
from upkeep.store.structure import checker_for, is_whole

LEVEL = 3


@dataclass(frozen=True, slots=True)
class Sealed:
    """A part whose object is in the store, and what was seen of it on its way."""

    name: str
    form: str
    key: str
    plain_sha256: str
    plain_bytes: int
    stored_sha256: str
    stored_bytes: int
    findings: tuple[Seen, ...]


class PartWriter:
    """Takes the plain bytes of a part. Leaving its block without `finish` leaves nothing."""

    def __init__(
        self,
        store: ObjectStore,
        key: str,
        *,
        name: str,
        form: str,
        recipients: Sequence[str],
        room: int | None = None,
        finished: Callable[[Sealed], None] | None = None,
    ) -> None:
        self.name, self.form, self.key = name, form, key
        self._store, self._room, self._finished = store, room, finished
        self._plain, self._plain_bytes = hashlib.sha256(), 0
        self._checker = checker_for(form)
        self._zstd = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).compressobj()
        self._counting = Counting(store.create(key), room)
        self._age: Encryption | None = Encryption(self._counting, recipients)
        self._sealed: Sealed | None = None

    @property
    def plain_bytes(self) -> int:
        """Return how much came so far."""
        return self._plain_bytes

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Abandon what was not finished."""
        if self._sealed is None:
            self.abandon()

    def write(self, data: bytes, /) -> int:
        """Take more of the plain bytes. Raises StoreUnavailable, or OverQuota."""
        if self._age is None:
            raise ValueError("The part is finished or abandoned.")
        self._plain.update(data)
        self._plain_bytes += len(data)
        self._checker.feed(data)
        self._age.write(self._zstd.compress(data))
        return len(data)

    def finish(self) -> Sealed:
        """Say that the source told its end; make the object, and read it once more.

        Raises PartBroken when it is not whole, StoreUnavailable, OverQuota or ObjectDamaged; then
        nothing is left of it.
        """
        if self._age is None:
            raise ValueError("The part is finished or abandoned.")
        try:
            seen = self._checker.end()
            if not is_whole(seen):
                raise PartBroken(
                    f"{self.name}: " + " ".join(one.words for one in seen if one.is_bad),
                    remedy="Nothing of it was kept. Take it again.",
                )
            self._age.write(self._zstd.flush())
            self._age.close()
            self._age = None
            self._counting.target.commit()
            sealed = self._told(seen)
            self._reread(sealed)
        except BaseException:
            self.abandon()
            raise
        self._sealed = sealed
        if self._finished is not None:
            self._finished(sealed)
        return sealed

    def abandon(self) -> None:
        """Leave nothing: neither what is being written, nor the object."""
        if self._age is not None:
            self._age.abort()
            self._age = None
        self._counting.target.abandon()
        # A store that is away keeps it until orphans are swept.
        with suppress(Exception):
            self._store.delete(self.key)

    def _told(self, seen: Sequence[Seen]) -> Sealed:
        return Sealed(
            name=self.name,
            form=self.form,
            key=self.key,
            plain_sha256=self._plain.hexdigest(),
            plain_bytes=self._plain_bytes,
            stored_sha256=self._counting.digest.hexdigest(),
            stored_bytes=self._counting.count,
            findings=tuple(seen),
        )

    def _reread(self, sealed: Sealed) -> None:
        if stored_sha256(self._store, sealed.key) != sealed.stored_sha256:
            raise ObjectDamaged(
                f"{self.name}: the store gave back other bytes than it was given.",
                remedy="Look at its disk. Nothing of the backup was kept.",
            )


def stored_sha256(store: ObjectStore, key: str) -> str:
    """Return the SHA-256 of an object as it lies there. Raises ObjectMissing."""
    digest = hashlib.sha256()
    with store.open(key) as source:
        while piece := source.read(BUFFER):
            digest.update(piece)
    return digest.hexdigest()


def open_part(store: ObjectStore, key: str, identity: str) -> BinaryIO:
    """Give the plain bytes of an object to whoever holds the private half of one of its keys.

    Raises ObjectMissing. Reading raises ObjectDamaged for what was changed, cut, or is not for this
    key; trust what was read only after its end was reached.
    """
    return io.BufferedReader(PlainBytes(store.open(key), identity), BUFFER)
