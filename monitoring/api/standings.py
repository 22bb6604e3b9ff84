"""What the shapes are filled from: devices with their state, days with their share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from contracts.models import Device
from monitoring.board import DeviceStand, stands_of
from monitoring.day_figures import DayFigure, share_of, worst_of
from monitoring.models import Check
from monitoring.uptime import uptime_of

DAYS = 30


def states_of(devices: Sequence[Device]) -> list[dict[str, Any]]:
    """Return how devices stand, in their order. Two queries."""
    stands = stands_of([device.pk for device in devices])
    return [_state(device, stands[device.pk]) for device in devices if device.pk in stands]


def detail_of(device: Device) -> dict[str, Any]:
    """Return how a device stands with its last days."""
    running = Check.objects.running().filter(device=device)
    uptime = uptime_of(list(running.values_list("pk", flat=True)), DAYS)
    return states_of([device])[0] | days_of(worst_of(list(uptime.values())))


def days_of(days: Sequence[DayFigure]) -> dict[str, Any]:
    """Return days, and the share of all of them."""
    share = share_of(days)
    return {
        "percent_30_days": None if share is None else str(share),
        "days": [_day(day) for day in days],
    }


def _state(device: Device, stand: DeviceStand) -> dict[str, Any]:
    return {
        "device": device,
        "site": device.site,
        "customer": device.customer,
        "kind": device.kind,
        "state": stand.shown.name.lower(),
        "asked_at": stand.last_at,
    }


def _day(day: DayFigure) -> dict[str, Any]:
    return {
        "day": day.day,
        "up_seconds": int(day.up.total_seconds()),
        "down_seconds": int(day.down.total_seconds()),
        "unknown_seconds": int(day.unknown.total_seconds()),
        "planned_seconds": int(day.planned.total_seconds()),
        "percent": None if day.share is None else str(day.share),
    }
