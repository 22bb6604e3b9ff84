"""The updates of a device, for its service history."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from accounts.viewer import Viewer
from contracts.history import HistoryEntry, Place
from upkeep.models import FirmwareUpdate, UpdateState

TOLD = (UpdateState.UPDATED, UpdateState.ROLLED_BACK)


def updates_in_history(
    viewer: Viewer, device_id: int, until: datetime | None, limit: int
) -> list[HistoryEntry]:
    """Return the updates of a device that were made, or taken back. One query."""
    rows = FirmwareUpdate.objects.filter(device=device_id, state__in=TOLD, ended_at__isnull=False)
    if until is not None:
        rows = rows.filter(ended_at__lte=until)
    return [
        HistoryEntry(
            place=Place(update.ended_at, f"update-{update.pk:018}"),
            icon="package",
            title=f"Update to {update.target}",
            text=update.get_state_display(),
            by=update.done_by.name if update.done_by else "The portal",
            url=_url(viewer, update),
        )
        for update in rows.select_related("done_by").order_by("-ended_at", "-pk")[:limit]
        if update.ended_at
    ]


def _url(viewer: Viewer, update: FirmwareUpdate) -> str:
    if viewer.is_customer:
        return reverse("our_firmware")
    return reverse("firmware_update", args=[update.pk])
