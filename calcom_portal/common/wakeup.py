"""Hints to the workers: do it sooner. Losing one costs seconds, never a fact."""

from __future__ import annotations

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from calcom_portal.common.tenancy import current_scope, in_scope

log = logging.getLogger(__name__)


def wake(task_name: str) -> None:
    """Ask a worker to run `task_name` once this transaction has committed; the past asks nobody."""
    if in_scope() and current_scope().replayed:
        return
    transaction.on_commit(lambda: _send(task_name))


def _send(task_name: str) -> None:
    try:
        current_app.send_task(task_name, retry=False, expires=30)
    except (OperationalError, OSError) as error:
        # The beat schedule runs the same task within seconds.
        log.warning("wakeup.lost task=%s error=%s", task_name, type(error).__name__)
