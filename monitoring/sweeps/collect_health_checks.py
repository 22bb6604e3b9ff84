"""Makes health checks: asks, waits without a worker waiting, judges. By rows.

A check that is owed is asked about in one transaction; the runner answers; another transaction, of
whichever worker comes by, judges what came back. So a worker that dies loses nothing: its
transaction is undone, and the next one does it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from calcom_portal.common.tenancy import database_now, system_scope
from monitoring.health.readings import Answer
from monitoring.health_asking import ask_system, source_of
from monitoring.health_writing import write_check
from monitoring.models import HealthCheck, HealthState, ProbeRequest
from monitoring.probes.results import Outcome
from notifications.alarms import raise_alarm

log = logging.getLogger(__name__)

REASON = "make the health checks that are owed"
KIND = "health_check_stuck"
BATCH = 200
# How long equipment, and our own runner, may take to answer.
PATIENCE = timedelta(minutes=3)
LOOK_AGAIN = timedelta(seconds=2)
# Nobody answered at all: our runner is away. Later, or tomorrow, it is there again.
TRY_AGAIN = timedelta(minutes=15)
MOST_TRIES = 8
WORKED = (Outcome.ALIVE.value, Outcome.DEGRADED.value)


class Step(StrEnum):
    """What became of one health check."""

    NOTHING = "nothing"
    ASKED = "asked"
    WAITING = "waiting"
    COLLECTED = "collected"
    DROPPED = "dropped"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class CollectCount:
    """What a sweep did with the health checks that were due."""

    asked: int = 0
    waiting: int = 0
    collected: int = 0
    dropped: int = 0
    stuck: int = 0


def collect_health_checks(limit: int = BATCH) -> CollectCount:
    """Take every health check that is due one step further; one transaction each."""
    with system_scope(REASON):
        due = HealthCheck.objects.filter(look_at__lte=database_now()).order_by("look_at", "pk")
        due = due.filter(provider__suspended_at=None)
        ids = list(due.values_list("pk", flat=True)[:limit])
    done = [take_further(pk) for pk in ids]
    kinds = (Step.ASKED, Step.WAITING, Step.COLLECTED, Step.DROPPED, Step.STUCK)
    return CollectCount(*(done.count(kind) for kind in kinds))


def take_further(health_check_id: int) -> Step:
    """Take one health check a step further, unless another worker is at it."""
    with system_scope(REASON):
        rows = HealthCheck.objects.select_related("device__product_model")
        rows = rows.select_for_update(skip_locked=True, of=("self",))
        health_check = rows.filter(pk=health_check_id, look_at__lte=database_now()).first()
        if health_check is None:
            return Step.NOTHING
        try:
            with transaction.atomic():
                return _step(health_check, database_now())
        except Exception as error:
            log.exception("health.stuck id=%s", health_check_id)
            _set_aside(health_check, error)
            return Step.STUCK


def _step(health_check: HealthCheck, now: datetime) -> Step:
    if health_check.device.retired_on is not None:
        return _drop(health_check)
    if health_check.state == HealthState.OWED:
        return _ask(health_check, now)
    return _listen(health_check, now)


def _ask(health_check: HealthCheck, now: datetime) -> Step:
    health_check.asked, health_check.asked_at = ask_system(health_check, now), now
    health_check.attempts += 1
    health_check.done_count, health_check.total_count = 0, len(health_check.asked)
    health_check.state = HealthState.COLLECTING.value
    if not health_check.asked:
        health_check.step = "Nothing of it can be asked: only our own books were read."
        write_check(health_check, [], now)
        _save(health_check, "asked", "asked_at", "attempts", "done_count", "total_count", "step")
        return Step.COLLECTED
    health_check.step, health_check.look_at = "Asking the equipment", now + LOOK_AGAIN
    _save(
        health_check,
        *("asked", "asked_at", "attempts", "done_count", "total_count", "state", "step", "look_at"),
    )
    return Step.ASKED


def _listen(health_check: HealthCheck, now: datetime) -> Step:
    requests = list(
        ProbeRequest.objects.filter(pk__in=health_check.asked)
        .select_related("of_check", "connection")
        .order_by("pk")
    )
    answered = [one for one in requests if one.answered_at is not None]
    health_check.done_count = len(answered)
    is_over = len(answered) == len(requests) or now >= (health_check.asked_at or now) + PATIENCE
    if not is_over:
        health_check.look_at = now + LOOK_AGAIN
        _save(health_check, "done_count", "look_at")
        return Step.WAITING
    if not answered and requests and health_check.attempts < MOST_TRIES:
        health_check.state, health_check.look_at = HealthState.OWED.value, now + TRY_AGAIN
        health_check.step = "Our probes are not running. It is tried again by itself."
        _save(health_check, "done_count", "state", "look_at", "step")
        return Step.WAITING
    health_check.step = _failures(requests)
    write_check(health_check, _answers(answered), now)
    _save(health_check, "step")
    return Step.COLLECTED


def _answers(requests: Sequence[ProbeRequest]) -> list[Answer]:
    return [
        Answer(source_of(one), one.answered_at or one.asked_at, one.facts)
        for one in requests
        if one.outcome in WORKED
    ]


def _failures(requests: Sequence[ProbeRequest]) -> str:
    """Return which questions brought nothing, for whoever reviews."""
    failed = [
        f"{source_of(one)}: {one.words or 'no answer'}"
        for one in requests
        if one.outcome not in WORKED
    ]
    told = "; ".join(failed)
    return told if len(told) <= 160 else f"{told[:150]} and more"


def _drop(health_check: HealthCheck) -> Step:
    health_check.state, health_check.look_at = HealthState.DROPPED.value, None
    _save(health_check, "state", "look_at")
    return Step.DROPPED


def _set_aside(health_check: HealthCheck, error: Exception) -> None:
    """Look again later, and raise an alarm: somebody is owed this health check."""
    HealthCheck.objects.filter(pk=health_check.pk).update(look_at=database_now() + TRY_AGAIN)
    detail = f"It could not be made: {type(error).__name__}. It is tried again by itself."
    raise_alarm(health_check.provider_id, KIND, f"Health check {health_check.pk}", detail)


def _save(health_check: HealthCheck, *fields: str) -> None:
    health_check.save(update_fields=fields)
