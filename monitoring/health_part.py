"""What a device's page says of its health checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.capabilities import Capability
from accounts.viewer import Viewer
from contracts.device_parts import DevicePart
from contracts.models import Device
from monitoring.health.status import Status
from monitoring.models import HealthCheck, HealthState

SHOWN = 6


@dataclass(frozen=True, slots=True)
class HealthRow:
    """One health check of the device."""

    check: HealthCheck
    status: Status | None


@dataclass(frozen=True, slots=True)
class HealthPart:
    """Everything that the part shows."""

    device: Device
    rows: Sequence[HealthRow]
    can_start: bool


def health_of(viewer: Viewer, device: Device) -> DevicePart | None:
    """Return the part for a device's page; customers see it once a report is signed. One query."""
    checks = HealthCheck.objects.filter(device=device).exclude(state=HealthState.DROPPED.value)
    rows = [_row(check) for check in checks.select_related("report").order_by("-pk")[:SHOWN]]
    can_start = viewer.can(Capability.SIGN_HEALTH_CHECKS) and device.retired_on is None
    if not rows and not can_start:
        return None
    return DevicePart("monitoring/health/_device.html", HealthPart(device, rows, can_start))


def _row(check: HealthCheck) -> HealthRow:
    return HealthRow(check, Status(check.overall) if check.overall else None)
