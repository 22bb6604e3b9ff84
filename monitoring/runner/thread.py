"""The one thread that talks to the database, so that the event loop never waits for it."""

from __future__ import annotations

import asyncio
import logging
import select
import socket
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import deepcopy
from typing import Any, TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from psycopg2 import Error as WireError

log = logging.getLogger(__name__)

T = TypeVar("T")
Job = tuple[Callable[[], Any], "asyncio.Future[Any]"]

# A database that hangs is as good as one that is away.
CONNECT_SECONDS = 5
HANG_MS = 15_000
LOOK_EVERY = 1.0
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)


class DatabaseAway(Exception):
    """The database cannot be reached at the moment; what was asked may be asked again."""


class DatabaseThread:
    """Does one thing after the other, and listens for hints in between."""

    def __init__(self, channels: Sequence[str], on_hint: Callable[[str], None]) -> None:
        self._channels = channels
        self._on_hint = on_hint
        self._jobs: deque[Job] = deque()
        self._ear, self._bell = socket.socketpair()
        self._loop = asyncio.get_running_loop()
        self._ends = False
        self._is_away = False
        self._listening: object = None
        self._thread = threading.Thread(target=self._run, name="database", daemon=True)
        self._thread.start()

    async def call(self, act: Callable[..., T], *arguments: Any) -> T:
        """Run `act` on the thread. Raises DatabaseAway, and what else `act` raises."""
        answer: asyncio.Future[T] = self._loop.create_future()
        self._jobs.append((lambda: act(*arguments), answer))
        self._bell.send(b"!")
        return await answer

    async def insist(self, act: Callable[..., object], *arguments: Any) -> None:
        """Run `act` on the thread, and again for half a minute while the database is away."""
        for pause in (*PAUSES, *PAUSES):
            with suppress(DatabaseAway):
                await self.call(act, *arguments)
                return
            await asyncio.sleep(pause)

    async def close(self) -> None:
        """End the thread once everything that was asked is done."""
        self._ends = True
        self._bell.send(b"!")
        await asyncio.to_thread(self._thread.join, HANG_MS / 1000)

    def _run(self) -> None:
        _be_patient_for_a_while()
        while not (self._ends and not self._jobs):
            self._wait()
            while self._jobs:
                self._do(*self._jobs.popleft())
            self._listen()
            self._hear()
        connection.close()

    def _do(self, act: Callable[[], Any], answer: asyncio.Future[Any]) -> None:
        try:
            result = act()
        except (OperationalError, InterfaceError) as error:
            self._note_away(type(error).__name__)
            with suppress(DatabaseError):
                connection.close()
            self._tell(answer.set_exception, DatabaseAway(type(error).__name__), answer)
        except Exception as error:  # noqa: BLE001 - it belongs to whoever asked
            self._tell(answer.set_exception, error, answer)
        else:
            if self._is_away:
                log.warning("runner.database_back")
            self._is_away = False
            self._tell(answer.set_result, result, answer)

    def _note_away(self, error: str) -> None:
        if not self._is_away:
            log.warning("runner.database_away error=%s", error)
        self._is_away = True

    def _tell(self, say: Callable[[Any], None], what: Any, answer: asyncio.Future[Any]) -> None:
        with suppress(RuntimeError):  # The loop may have ended.
            self._loop.call_soon_threadsafe(lambda: None if answer.done() else say(what))

    def _wait(self) -> None:
        if self._jobs:
            return
        ears: list[Any] = [self._ear]
        if connection.connection is not None and not connection.connection.closed:
            ears.append(connection.connection)
        ready, _, _ = select.select(ears, [], [], LOOK_EVERY)
        if self._ear in ready:
            self._ear.recv(4096)

    def _listen(self) -> None:
        """Ask for hints, again after each new connection."""
        wire = connection.connection
        if wire is not None and not wire.closed and self._listening is wire:
            return
        try:
            if wire is not None and wire.closed:
                connection.close()
            with connection.cursor() as cursor:
                for channel in self._channels:
                    cursor.execute(f'LISTEN "{channel}"')
            self._listening = connection.connection
        except (OperationalError, InterfaceError):
            with suppress(DatabaseError):
                connection.close()
            return
        # What was said while nobody listened is found by looking.
        for channel in self._channels:
            self._pass_on(channel)

    def _hear(self) -> None:
        wire = connection.connection
        if wire is None or wire.closed:
            return
        try:
            wire.poll()
        except WireError:
            return
        finally:
            hints = {hint.channel for hint in wire.notifies}
            wire.notifies.clear()
        for channel in hints:
            self._pass_on(channel)

    def _pass_on(self, channel: str) -> None:
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._on_hint, channel)


def _be_patient_for_a_while() -> None:
    """Give this thread's connection limits of its own."""
    connection.settings_dict = deepcopy(connection.settings_dict)
    connection.settings_dict["OPTIONS"] |= {
        "connect_timeout": CONNECT_SECONDS,
        "tcp_user_timeout": HANG_MS,
        "application_name": "portal-runner",
        "options": f"-c statement_timeout={HANG_MS}",
    }
