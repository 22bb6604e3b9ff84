"""A maker's own file: nothing is known of its inside but that there has to be something."""

from __future__ import annotations

from upkeep.store.inside_tar import BLOCK, TarChecker, looks_like_tar
from upkeep.store.inside_zip import MAGIC, ZipChecker
from upkeep.store.seen import EMPTY, Seen, bad


class RawChecker:
    """Sees that a file is not empty or blank; an archive in disguise is checked like one."""

    def __init__(self) -> None:
        self._head = b""
        self._inner: TarChecker | ZipChecker | None = None
        self._is_decided = self._holds_something = False

    def feed(self, data: bytes) -> None:
        """Look at more of it."""
        self._holds_something = self._holds_something or bool(data.strip(b"\0"))
        if not self._is_decided:
            self._head += data
            if len(self._head) < BLOCK:
                return
            data = self._decide()
        if self._inner is not None:
            self._inner.feed(data)

    def end(self) -> list[Seen]:
        """Say what was seen."""
        if not self._is_decided:
            data = self._decide()
            if not data:
                return [EMPTY]
            if self._inner is not None:
                self._inner.feed(data)
        if not self._holds_something:
            return [bad("blank", "It holds nothing but zeros.")]
        return self._inner.end() if self._inner is not None else []

    def _decide(self) -> bytes:
        data, self._head, self._is_decided = self._head, b"", True
        if looks_like_tar(data):
            self._inner = TarChecker()
        elif data.startswith(MAGIC):
            self._inner = ZipChecker()
        return data
