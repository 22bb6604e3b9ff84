"""How much is asked at once: at one port of a host, of one host, and in all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

AT_A_DOOR = 4
OF_A_HOST = 16
IN_ALL = 2000


class Gates:
    """A gate for each key that anybody waits at; those that nobody needs are forgotten."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._gates: dict[str, tuple[asyncio.Semaphore, int]] = {}

    @asynccontextmanager
    async def through(self, key: str) -> AsyncIterator[None]:
        """Wait until one more may pass."""
        gate, users = self._gates.get(key) or (asyncio.Semaphore(self._most), 0)
        self._gates[key] = gate, users + 1
        try:
            async with gate:
                yield
        finally:
            users = self._gates[key][1] - 1
            if users:
                self._gates[key] = gate, users
            else:
                del self._gates[key]

    def __len__(self) -> int:
        return len(self._gates)


class Limits:
    """Waits at the narrowest gate first: a dead door with many checks blocks nobody else."""

    def __init__(
        self, at_a_door: int = AT_A_DOOR, of_a_host: int = OF_A_HOST, in_all: int = IN_ALL
    ) -> None:
        self.doors = Gates(at_a_door)
        self.hosts = Gates(of_a_host)
        self._all = asyncio.Semaphore(in_all)
        self.asking = 0

    @asynccontextmanager
    async def turn(self, door: str) -> AsyncIterator[None]:
        """Wait until one more may be asked at `door`, a host and a port with a colon between."""
        host = door.rpartition(":")[0]
        async with self.doors.through(door), self.hosts.through(host), self._all:
            self.asking += 1
            try:
                yield
            finally:
                self.asking -= 1
