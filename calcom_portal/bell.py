"""The bell: passes on to the workers what `calcom_portal.common.wakeup` hints at.

A thread of each worker that does common work, so that hints arrive while beat is away. Several
workers ring for one hint: a task that runs twice moves nothing.
"""

from __future__ import annotations

import logging
import select
from collections.abc import Callable
from threading import Event, Thread
from typing import Final

import psycopg2
from django.db import InterfaceError, OperationalError, connection

from calcom_portal.common.wakeup import CHANNEL
from calcom_portal.schedule import BEATS

log = logging.getLogger(__name__)

# In seconds. A database that is silent for so long is asked whether it is still there.
LOOK_EVERY: Final = 30.0
# Before it is connected to again; the beat asks in the meantime.
PAUSE: Final = 1.0
AWAY: Final = (OperationalError, InterfaceError, psycopg2.Error, OSError)
KNOWN: Final = frozenset(beat.task for beat in BEATS)


def hang_up(ring: Callable[[str], None], ended: Event) -> Thread:
    """Start a thread that calls `ring` with the name of each task that a hint asks for."""
    bell = Thread(target=listen, args=(ring, ended), name="bell", daemon=True)
    bell.start()
    return bell


def listen(ring: Callable[[str], None], ended: Event) -> None:
    """Pass hints on until `ended` is set; wait for a database that is away."""
    while not ended.is_set():
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
            while not ended.is_set():
                _hear(ring)
        except AWAY as error:
            log.warning("bell.database_away error=%s", type(error).__name__)
            connection.close()
            ended.wait(PAUSE)
    connection.close()


def _hear(ring: Callable[[str], None]) -> None:
    wire = connection.connection
    ready, _, _ = select.select([wire], [], [], LOOK_EVERY)
    if not ready:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    wire.poll()
    asked = {hint.payload for hint in wire.notifies}
    wire.notifies.clear()
    for task in sorted(asked & KNOWN):
        ring(task)
