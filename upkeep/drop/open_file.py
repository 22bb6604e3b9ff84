"""The file that a session has open: its bytes in order, handed on in pieces."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import Final

from upkeep.drop.taking import Incoming, Refused

# Bytes are handed on in pieces of this size: a change of threads for each packet would cost more
# than what is done with it.
PIECE: Final = 1024 * 1024
# A slow line is heard of too, long before whoever keeps the file gives it up.
HAND_ON_EVERY: Final = timedelta(seconds=30)


class OpenFile:
    """`path` is what the client calls it, `size` how many bytes came so far."""

    def __init__(self, path: str, incoming: Incoming) -> None:
        self.path, self.incoming = path, incoming
        self.size = 0
        self.piece = bytearray()
        self._handed_on = time.monotonic()

    async def add(self, data: bytes, limit: int) -> None:
        """Take bytes. Raises Refused."""
        self.size += len(data)
        if self.size > limit:
            raise Refused(f"The file has more than {limit} bytes, which is all this system may.")
        self.piece += data
        waited = time.monotonic() - self._handed_on
        if len(self.piece) >= PIECE or waited > HAND_ON_EVERY.total_seconds():
            await self.hand_on()

    async def hand_on(self) -> None:
        """Give on what has come so far."""
        self._handed_on = time.monotonic()
        if self.piece:
            piece, self.piece = bytes(self.piece), bytearray()
            await asyncio.to_thread(self.incoming.write, piece)
