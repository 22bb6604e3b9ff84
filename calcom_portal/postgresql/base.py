"""Django's connection to PostgreSQL, with a health check that is seldom a round trip.

Django asks `SELECT 1` at the first query of each request and task. Where a connection answered a
moment ago, its socket tells as much: the kernel knows when the server has closed it, or said a
last word.
"""

from __future__ import annotations

import select
import time
from typing import Any

from django.db.backends.postgresql import base

# A server that vanishes without a word is found out by a question after this many seconds.
TRUST = 10.0


class DatabaseWrapper(base.DatabaseWrapper):
    """Adds only `is_usable`; Django finds the class by its name."""

    _answered_at = float("-inf")

    def is_usable(self) -> bool:
        """Does the connection still work? Asked after an error, and after a while."""
        if self._is_trusted():
            return True
        usable: bool = super().is_usable()
        if usable:
            self._answered_at = time.monotonic()
        return usable

    def connect(self) -> None:
        """Connect, which is an answer too."""
        super().connect()
        self._answered_at = time.monotonic()

    def _is_trusted(self) -> bool:
        return (
            self.connection is not None
            and not self.errors_occurred
            and time.monotonic() - self._answered_at < TRUST
            and not _has_something_to_say(self.connection)
        )


def _has_something_to_say(connection: Any) -> bool:
    """Is there anything to read on an idle connection: its end, or words of the server?"""
    if connection.closed:
        return True
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    return bool(waiting.poll(0))
