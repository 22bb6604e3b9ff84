"""Hints to the workers: do it sooner. Losing one costs seconds, never a fact."""

from __future__ import annotations

import logging
from time import monotonic

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from calcom_portal.common.tenancy import current_scope, in_scope

log = logging.getLogger(__name__)

# Who was asked a moment ago looks at what was written since, or the beat asks within seconds.
A_MOMENT = 0.1
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
        current_app.send_task(task_name, retry=False, expires=30)
    except (OperationalError, OSError) as error:
        # The beat schedule runs the same task within seconds.
        log.warning("wakeup.lost task=%s error=%s", task_name, type(error).__name__)
