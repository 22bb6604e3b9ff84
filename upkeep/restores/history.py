"""The restores of a device, for its service history: what was given back, and how it ended."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from accounts.viewer import Viewer
from contracts.history import HistoryEntry, Place
from upkeep.models import Restore, RestoreKind, RestoreState
from upkeep.restores.words import asked_words, ended_words

# What came to an end that anybody noticed, or goes on.
TOLD = (
    RestoreState.RUNNING,
    RestoreState.RESTORED,
    RestoreState.SWAPPED_BACK,
    RestoreState.FAILED,
    RestoreState.STUCK,
)


def restores_in_history(
    viewer: Viewer, device_id: int, until: datetime | None, limit: int
) -> list[HistoryEntry]:
    """Return the restores onto a device, for both sides. One query."""
    rows = Restore.objects.filter(
        device=device_id, kind=RestoreKind.SYSTEM.value, state__in=TOLD, begun_at__isnull=False
    )
    if until is not None:
        rows = rows.filter(begun_at__lte=until)
    rows = rows.select_related("device", "backup", "asked_by", "confirmed_by")
    return [
        HistoryEntry(
            place=Place(begun_at, f"restore-{restore.pk:018}"),
            icon="undo-2",
            title="Restored from a backup" if _is_well(restore) else "Restoring from a backup",
            text=ended_words(restore),
            by=asked_words(restore),
            url=_url(viewer, restore),
        )
        for restore in rows.order_by("-begun_at", "-pk")[:limit]
        if (begun_at := restore.begun_at) is not None
    ]


def _is_well(restore: Restore) -> bool:
    return bool(restore.state == RestoreState.RESTORED)


def _url(viewer: Viewer, restore: Restore) -> str:
    return reverse("our_backups") if viewer.is_customer else reverse("restore", args=[restore.pk])
