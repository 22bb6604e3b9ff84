"""Finding the addresses behind names, so that a name server that hangs stops nobody else.

A look-up of the system cannot be given up: its thread ends when the name server answers, or when
the system has lost patience. Each provider therefore has a few of them, and names that were just
asked for in vain are not asked for again at once.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic

from monitoring.probes.egress import Resolve
from monitoring.runner.limits import Gates

KEPT_SECONDS = 60.0
# A name that was looked for in vain.
IN_VAIN_SECONDS = 10.0
LOOK_UP_SECONDS = 2.5
OF_A_PROVIDER = 16
# Threads that hang are cheap, but not free.
IN_ALL = 256

Key = tuple[int, str]
LookUp = Callable[[str, int], Sequence[str]]


class NamesAway(OSError):
    """No name server has answered in time."""


class Names:
    """Resolves names, and keeps what it found for a minute; the policy sees every address anyway.

    When the name server is away, what was found last stays good for as long again.
    """

    def __init__(
        self, clock: Callable[[], float] = monotonic, look_up: LookUp | None = None
    ) -> None:
        self._clock = clock
        self._look_up = look_up or _of_the_system
        self._known: dict[str, tuple[float, Sequence[str]]] = {}
        # What hangs for one provider is asked anew for another one, whose turn comes sooner.
        self._in_vain: dict[Key, tuple[float, OSError]] = {}
        self._looking: dict[Key, asyncio.Task[Sequence[str]]] = {}
        self._gates, self._all = Gates(OF_A_PROVIDER), asyncio.Semaphore(IN_ALL)

    def of(self, provider_id: int) -> Resolve:
        """Return how the names of a provider's equipment are resolved."""

        async def resolve(name: str, port: int) -> Sequence[str]:
            return await self._find(provider_id, name, port)

        return resolve

    async def _find(self, provider_id: int, name: str, port: int) -> Sequence[str]:
        kept = self._known.get(name)
        if kept is not None and kept[0] > self._clock():
            return kept[1]
        try:
            return await self._ask(provider_id, name, port)
        except OSError:
            if kept is not None and kept[0] > self._clock() - KEPT_SECONDS:
                return kept[1]
            raise

    async def _ask(self, provider_id: int, name: str, port: int) -> Sequence[str]:
        key = provider_id, name
        known = self._in_vain.get(key)
        if known is not None and known[0] > self._clock():
            raise type(known[1])(*known[1].args)
        looking = self._looking.get(key)
        if looking is None:
            looking = asyncio.create_task(self._look(provider_id, name, port))
            self._looking[key] = looking
            looking.add_done_callback(lambda task: self._found(key, task))
        try:
            async with asyncio.timeout(LOOK_UP_SECONDS):
                # Others may wait for it too, and its thread goes on in any case.
                return await asyncio.shield(looking)
        except TimeoutError as error:
            failure = NamesAway(f"No answer about {name}")
            self._note_in_vain(key, failure)
            raise failure from error

    async def _look(self, provider_id: int, name: str, port: int) -> Sequence[str]:
        async with self._gates.through(str(provider_id)), self._all:
            return await in_a_thread(lambda: self._look_up(name, port))

    def _found(self, key: Key, task: asyncio.Task[Sequence[str]]) -> None:
        del self._looking[key]
        if task.cancelled():
            return
        error = task.exception()
        if isinstance(error, OSError):
            self._note_in_vain(key, error)
        elif error is None:
            self._in_vain.pop(key, None)
            self._known[key[1]] = (self._clock() + KEPT_SECONDS, task.result())

    def _note_in_vain(self, key: Key, error: OSError) -> None:
        now = self._clock()
        # Names of equipment that is watched no more must not be kept for ever.
        self._in_vain = {at: one for at, one in self._in_vain.items() if one[0] > now}
        self._in_vain[key] = (now + IN_VAIN_SECONDS, error)


async def in_a_thread(work: Callable[[], Sequence[str]]) -> Sequence[str]:
    """Return what `work` returns. Its thread is nobody's: not the loop's few, nor waited for."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Sequence[str]] = loop.create_future()

    def tell(found: Sequence[str] | None, error: Exception | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(found or ())

    def run() -> None:
        found, failed = None, None
        try:
            found = work()
        except Exception as error:  # noqa: BLE001
            # Whatever it is, somebody waits for it.
            failed = error
        # The loop may have ended meanwhile.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(tell, found, failed)

    threading.Thread(target=run, name="names", daemon=True).start()
    return await done


def _of_the_system(name: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))
