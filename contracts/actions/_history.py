"""Lines of a device's service history."""

from __future__ import annotations

from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from contracts.models import Device, DeviceEvent, DeviceEventKind


def event_of(
    device: Device, kind: DeviceEventKind, actor: Viewer, **details: object
) -> DeviceEvent:
    """Return a line, not yet stored. `details` are plain values."""
    return DeviceEvent(
        provider_id=device.provider_id,
        customer_id=device.customer_id,
        device=device,
        kind=kind,
        at=database_now(),
        actor_name=actor.name[:120],
        details=details,
    )


def remember(device: Device, kind: DeviceEventKind, actor: Viewer, **details: object) -> None:
    """Write down what happened to a device."""
    event_of(device, kind, actor, **details).save(force_insert=True)
