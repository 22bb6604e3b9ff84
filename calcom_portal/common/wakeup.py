"""Hints to the workers: do it sooner. Losing one costs seconds, never a fact.

PostgreSQL carries them, beside the rows that they are about: whoever writes rows needs neither the
broker nor Celery. `calcom_portal.bell` passes them on.
"""

from __future__ import annotations

import logging
from time import monotonic
from typing import Final

from django.db import Error, connection, transaction

from calcom_portal.common.tenancy import current_scope, in_scope

log = logging.getLogger(__name__)

CHANNEL: Final = "portal_hints"
# Who was asked a moment ago looks at what was written since, or the beat asks within seconds.
A_MOMENT: Final = 0.1
_asked: dict[str, float] = {}


def wake(task_name: str) -> None:
    """Ask a worker to run `task_name` once this transaction has committed; the past asks nobody."""
    if in_scope() and current_scope().replayed:
        return
    transaction.on_commit(lambda: _send(task_name))


def _send(task_name: str) -> None:
    now = monotonic()
    if now - _asked.get(task_name, -A_MOMENT) < A_MOMENT:
        return
    _asked[task_name] = now
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, task_name])
    except Error as error:
        # What was written is committed, and the beat runs the same task within seconds.
        log.warning("wakeup.lost task=%s error=%s", task_name, type(error).__name__)
