"""A zip archive (APPNOTE 6.3): its first record, and the directory at its end."""

from __future__ import annotations

import struct

from upkeep.store.member_names import NameWatch
from upkeep.store.seen import EMPTY, Seen, bad

MAGIC = b"PK\x03\x04"
END = b"PK\x05\x06"
END_LENGTH = 22
ENTRY = b"PK\x01\x02"
ENTRY_LENGTH = 46
LONG = 0xFFFFFFFF
MANY = 0xFFFF
KEPT = 1024 * 1024


class ZipChecker:
    """Keeps the end, in which the directory of most archives has room."""

    def __init__(self) -> None:
        self._head = self._tail = b""
        self._size = 0

    def feed(self, data: bytes) -> None:
        """Look at more of it."""
        self._size += len(data)
        if len(self._head) < len(MAGIC):
            self._head += data[: len(MAGIC)]
        self._tail += data
        if len(self._tail) > 2 * KEPT:
            self._tail = self._tail[-KEPT:]

    def end(self) -> list[Seen]:
        """Say what was seen."""
        if self._size == 0:
            return [EMPTY]
        if self._head != MAGIC:
            return [bad("not-zip", "It is not a zip archive, or an empty one.")]
        at = self._tail.rfind(END)
        if at < 0 or len(self._tail) - at < END_LENGTH:
            return [bad("zip-cut", "The zip archive ends before its directory.")]
        count, length, offset = struct.unpack_from("<HLL", self._tail, at + 10)
        comment = struct.unpack_from("<H", self._tail, at + 20)[0]
        if at + END_LENGTH + comment != len(self._tail):
            return [bad("zip-cut", "Something follows the end of the zip archive, or is missing.")]
        if count == MANY or LONG in (length, offset):
            return [Seen("zip-large", "The zip archive is too large to be checked.", False, True)]
        return self._directory(at, count, length, offset)

    def _directory(self, end: int, count: int, length: int, offset: int) -> list[Seen]:
        begin = self._size - len(self._tail) + end - length
        if begin != offset or count == 0:
            return [
                bad("zip-damaged", "The directory of the zip archive is not where it should be.")
            ]
        if length > end:
            return [
                Seen("zip-large", "The zip archive has too many files to be checked.", False, True)
            ]
        names, at = NameWatch(), end - length
        for _ in range(count):
            if self._tail[at : at + 4] != ENTRY or at + ENTRY_LENGTH > end:
                return [bad("zip-damaged", "The directory of the zip archive is damaged.")]
            lengths = struct.unpack_from("<HHH", self._tail, at + 28)
            at += ENTRY_LENGTH
            names.see(self._tail[at : at + lengths[0]].decode("utf-8", "replace"))
            at += sum(lengths)
        if at != end:
            return [bad("zip-damaged", "The directory of the zip archive is damaged.")]
        return names.told()
