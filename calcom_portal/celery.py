"""Celery: carries hints and runs sweeps. Nothing that matters lives in it."""

import logging
import os
from threading import Event
from typing import Any

from celery import Celery
from celery.signals import worker_init, worker_ready
from kombu.exceptions import OperationalError

from calcom_portal.schedule import beat_schedule

log = logging.getLogger(__name__)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "calcom_portal.settings")

app = Celery("calcom_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    beat_schedule=beat_schedule(),
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": 3600,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
    },
    # Long work has a process of its own: deadlines must not wait behind an import.
    task_routes={
        "accounts.run_jobs": {"queue": "jobs"},
        "monitoring.plan_health_checks": {"queue": "jobs"},
        "monitoring.collect_health_checks": {"queue": "jobs"},
        "upkeep.take_backups": {"queue": "backups"},
        "upkeep.keep_backups": {"queue": "jobs"},
        "upkeep.sweep_store": {"queue": "jobs"},
        # Only there is the key that opens backups.
        "upkeep.open_backups": {"queue": "vault"},
        "upkeep.verify_objects": {"queue": "vault"},
        "upkeep.make_changes": {"queue": "backups"},
        "upkeep.run_firmware": {"queue": "backups"},
        "upkeep.run_restores": {"queue": "vault"},
    },
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_time_limit=600,
    task_soft_time_limit=570,
    task_publish_retry=False,
    worker_prefetch_multiplier=1,
    worker_send_task_events=False,
    # Its own formatter would write secrets that ours masks.
    worker_hijack_root_logger=False,
    timezone="UTC",
)
app.autodiscover_tasks()


@worker_init.connect
def refuse_unsafe_role(**_: object) -> None:
    """Do not work as a role that ignores row policies."""
    from calcom_portal.common import checks  # noqa: PLC0415 - Django is not set up when this file loads

    checks.refuse_unsafe_role()


@worker_ready.connect
def hang_up_the_bell(**_: Any) -> None:
    """Listen to hints in each worker that takes what is asked of anybody, as long as it lives."""
    from calcom_portal.bell import hang_up  # noqa: PLC0415 - as above

    if app.conf.task_default_queue in app.amqp.queues.consume_from:
        hang_up(ring, Event())


def ring(task: str) -> None:
    """Ask any worker to run a task now. Without a broker the hint is lost, and the beat asks."""
    try:
        app.send_task(task, retry=False, expires=30)
    except (OperationalError, OSError) as error:
        log.warning("bell.lost task=%s error=%s", task, type(error).__name__)
