"""Asking equipment something now: pages write down the question, the runner asks and answers.

Web and worker processes never touch a customer's network themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction

from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.tenancy import database_now
from contracts.models import Device
from monitoring.check_settings import (
    HEARTBEAT,
    LONGEST_TIMEOUT,
    SHORTEST_TIMEOUT,
    checked_settings,
)
from monitoring.models import Check, Connection, ProbeRequest, Purpose

USUAL_TIMEOUT = timedelta(seconds=5)
# A question that nobody took up for so long: the runner does not run, and the page says so.
RUNNER_IS_LATE = timedelta(seconds=20)
KEPT = timedelta(days=1)
# What one person may ask in a minute: probes are no means to flood anybody.
MOST_A_MINUTE = 30


@transaction.atomic
def ask_soon(  # noqa: PLR0913 - what is asked has this many parts
    *,
    device: Device,
    kind: str,
    settings: Mapping[str, object],
    connection: Connection | None = None,
    of_check: Check | None = None,
    purpose: str = Purpose.TEST,
    timeout: timedelta = USUAL_TIMEOUT,
    actor: Viewer,
) -> ProbeRequest:
    """Have the runner ask `device` within a second or so; the answer comes to the row.

    Look at `answered_at`, then at `outcome`, `words`, `facts` and `took_us`. Raises NotAllowed,
    BadInput with the setting's name, RuleBroken when somebody asks too much in a minute.
    """
    actor.require(Capability.SEE_MONITORING)
    if kind == HEARTBEAT:
        raise BadInput("A device that reports by itself cannot be asked.", field="kind")
    if not SHORTEST_TIMEOUT <= timeout <= LONGEST_TIMEOUT:
        raise BadInput("Wait for between 0.2 and 60 seconds.", field="timeout_ms")
    _refuse_floods(actor)
    return ProbeRequest.objects.create(
        provider_id=device.provider_id,
        customer_id=device.customer_id,
        device=device,
        connection=connection,
        of_check=of_check,
        purpose=purpose,
        kind=kind,
        settings=checked_settings(kind, settings),
        timeout_ms=round(timeout / timedelta(milliseconds=1)),
        asked_by_id=actor.membership_id,
        asked_at=database_now(),
    )


def ask_check_soon(*, check: Check, actor: Viewer) -> ProbeRequest:
    """Have the runner ask what a check asks, out of turn; the check itself stays as it is."""
    return ask_soon(
        device=check.device,
        kind=check.kind,
        settings=check.settings,
        connection=check.connection,
        of_check=check,
        timeout=timedelta(milliseconds=check.timeout_ms),
        actor=actor,
    )


def is_overdue(request: ProbeRequest) -> bool:
    """Has nobody taken up the question for so long that the runner cannot be running?"""
    waits = request.taken_at is None and request.answered_at is None
    return waits and database_now() - request.asked_at > RUNNER_IS_LATE


def _refuse_floods(actor: Viewer) -> None:
    if actor.membership_id is None:
        return
    lately = ProbeRequest.objects.filter(
        asked_by_id=actor.membership_id, asked_at__gt=database_now() - timedelta(minutes=1)
    )
    if lately.count() >= MOST_A_MINUTE:
        raise RuleBroken(
            f"{actor.name} has asked equipment {MOST_A_MINUTE} times within a minute.",
            remedy="Wait for a minute, then ask again.",
        )
