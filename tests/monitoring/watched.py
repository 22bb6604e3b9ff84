"""Equipment that is watched already, with its days and its outages. The tenant is the device's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from calcom_portal.common.tenancy import provider_scope
from contracts.models import Device
from monitoring.models import Check, Incident, Rollup, StateChange, Step

DAY = timedelta(days=1)


def watch(device: Device, name: str = "SIP answers", state: str = "up", **fields: Any) -> Check:
    """Have a device watched by a check that stands so, for ten minutes unless `since` is given."""
    with provider_scope(provider_id=device.provider_id) as scope:
        usual = {
            "kind": "sip-udp",
            "since": scope.now - timedelta(minutes=10),
            "last_at": scope.now,
            "last_outcome": "alive" if state == "up" else "dead",
            "last_words": "200 OK" if state == "up" else "No answer within 5 s",
            "last_took_us": 1_200 if state == "up" else None,
        }
        made: Check = Check.objects.create(
            provider_id=device.provider_id,
            customer_id=device.customer_id,
            device=device,
            name=name,
            state=state,
            created_at=scope.now - 91 * DAY,
            **{**usual, **fields},
        )
        return made


def tell_day(check: Check, starts_at: datetime, step: Step = Step.DAY, **seconds: int) -> Rollup:
    """Write down how a day (or five minutes) of a check went; `up_seconds`, `down_seconds` …"""
    with provider_scope(provider_id=check.provider_id):
        made: Rollup = Rollup.objects.create(
            provider_id=check.provider_id,
            customer_id=check.customer_id,
            of_check=check,
            step=step,
            starts_at=starts_at,
            **seconds,
        )
        return made


def tell_change(check: Check, at: datetime, was: str, became: str) -> StateChange:
    """Write down that a check changed its state."""
    with provider_scope(provider_id=check.provider_id):
        made: StateChange = StateChange.objects.create(
            provider_id=check.provider_id,
            customer_id=check.customer_id,
            of_check=check,
            at=at,
            was=was,
            became=became,
            words=f"It is {became}",
            handled_at=at,
        )
        return made


def break_down(check: Check, *, ago: timedelta = timedelta(hours=1), **fields: Any) -> Incident:
    """Write down an outage of a check that began so long ago and is open unless `fields` end it."""
    with provider_scope(provider_id=check.provider_id) as scope:
        began = scope.now - ago
        usual = {
            "kind": "outage",
            "cause": "No answer within 5 s",
            "is_covered": True,
        }
        made: Incident = Incident.objects.create(
            provider_id=check.provider_id,
            customer_id=check.customer_id,
            device_id=check.device_id,
            of_check=check,
            opened_at=began,
            confirmed_at=began + timedelta(seconds=40),
            **{**usual, **fields},
        )
        return made
