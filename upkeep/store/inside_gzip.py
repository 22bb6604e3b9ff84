"""What may come gzipped (RFC 1952): opened while it passes, its check sum and length compared."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from upkeep.store.seen import EMPTY, Seen, bad

if TYPE_CHECKING:
    from upkeep.store.structure import Checker

MAGIC = b"\x1f\x8b"
WITH_GZIP_HEADER = 31
PIECE = 256 * 1024
# What grows more than this is made to fill disks or to keep a processor busy.
MOST_GROWTH = 200
FREE_GROWTH = 64 * 1024 * 1024


class Gunzipped:
    """Gives a checker the plain bytes, whether they come gzipped or not."""

    def __init__(self, make: Callable[[], Checker]) -> None:
        self._inner = make()
        self._head = b""
        self._opener: zlib._Decompress | None = None
        self._is_decided = False
        self._size = self._opened = 0
        self._problem: Seen | None = None

    def feed(self, data: bytes) -> None:
        """Look at more of it."""
        self._size += len(data)
        if not self._is_decided:
            self._head += data
            if len(self._head) < len(MAGIC):
                return
            data, self._head, self._is_decided = self._head, b"", True
            if data.startswith(MAGIC):
                self._opener = zlib.decompressobj(WITH_GZIP_HEADER)
        if self._opener is None:
            self._inner.feed(data)
        elif self._problem is None:
            self._open(data)

    def end(self) -> list[Seen]:
        """Say what was seen."""
        if self._size == 0:
            return [EMPTY]
        if self._problem is not None:
            return [self._problem]
        if self._opener is None:
            self._inner.feed(self._head)
        elif not self._opener.eof:
            return [bad("gzip-cut", "The gzip file ends before its end.")]
        return self._inner.end()

    def _open(self, data: bytes) -> None:
        try:
            while data and self._opener is not None and self._problem is None:
                if self._opener.eof:
                    # Another member follows, or padding.
                    if not data.strip(b"\0"):
                        return
                    self._opener = zlib.decompressobj(WITH_GZIP_HEADER)
                plain = self._opener.decompress(data, PIECE)
                self._opened += len(plain)
                self._inner.feed(plain)
                data = self._opener.unconsumed_tail or self._opener.unused_data
                if self._opened > FREE_GROWTH + MOST_GROWTH * self._size:
                    self._problem = bad("bomb", "The gzip file grows without measure when opened.")
        except zlib.error:
            self._problem = bad("gzip-damaged", "The gzip file is damaged.")
