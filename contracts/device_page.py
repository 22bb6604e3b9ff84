"""What the page of a device tells about its life: warranty, timeline, swaps, history."""

from __future__ import annotations

from datetime import date
from typing import Any

from accounts.viewer import Viewer
from contracts.device_timeline import lay_out_timeline
from contracts.device_times import times_of
from contracts.history import history_of
from contracts.models import Device, WarrantyItem
from contracts.warranties import warranty_on

ENTRIES_SHOWN = 8


def life_of(viewer: Viewer, device: Device, today: date) -> dict[str, Any]:
    """Return what the templates of a device's page read, as it looks on `today` at its site."""
    items = WarrantyItem.objects.filter(device=device).select_related("contract")
    return {
        "today": today,
        "warranty": warranty_on(device.pk, today),
        "items": list(items.order_by("-ends_on")[:20]),
        "timeline": lay_out_timeline(times_of([device])[device.pk], today),
        "replaces": Device.objects.filter(pk=device.replaces_id).first()
        if device.replaces_id
        else None,
        "replaced_by": Device.objects.filter(replaces=device).first(),
        "history": history_of(viewer, device, size=ENTRIES_SHOWN),
    }
