"""How much is asked at once: of one host, and in all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

A_HOST = 4
IN_ALL = 2000


class Limits:
    """Waits for a host's turn first, so that a dead one with many checks blocks nobody else."""

    def __init__(self, a_host: int = A_HOST, in_all: int = IN_ALL) -> None:
        self._a_host = a_host
        self._hosts: dict[str, asyncio.Semaphore] = {}
        self._users: dict[str, int] = {}
        self._all = asyncio.Semaphore(in_all)
        self.asking = 0

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait until one more may be asked of `host`."""
        gate = self._hosts.get(host)
        if gate is None:
            gate = self._hosts[host] = asyncio.Semaphore(self._a_host)
        self._users[host] = self._users.get(host, 0) + 1
        try:
            async with gate, self._all:
                self.asking += 1
                try:
                    yield
                finally:
                    self.asking -= 1
        finally:
            self._leave(host)

    def _leave(self, host: str) -> None:
        self._users[host] -= 1
        if not self._users[host]:
            del self._users[host], self._hosts[host]
