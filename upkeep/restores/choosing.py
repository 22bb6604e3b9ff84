"""Which backup a rehearsal restores, and since when a system is proven restorable."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from upkeep.models import (
    Backup,
    BackupPart,
    BackupState,
    Form,
    Level,
    Restore,
    RestoreKind,
    RestoreState,
)
from upkeep.restores.words import started_words


def newest_to_rehearse(device_id: int) -> Backup | None:
    """Return a system's newest backup that was opened and checked; None where there is none.

    One that holds nothing but the maker's own file cannot be rehearsed by us.
    """
    rows = Backup.objects.filter(
        device=device_id,
        state=BackupState.STORED,
        level__gte=Level.OPENED,
        damaged_at=None,
    )
    readable = BackupPart.objects.exclude(form=Form.RAW).values("backup")
    return rows.filter(pk__in=readable).order_by("-begun_at", "-pk").first()


@dataclass(frozen=True, slots=True)
class Proof:
    """When a rehearsal proved a backup, and in words what it started from it; "" for nothing."""

    at: datetime
    started: str


def last_started() -> Subquery:
    """Return, to annotate backups with, what the last rehearsal of each that went well started."""
    well = Restore.objects.filter(
        backup=OuterRef("pk"),
        kind=RestoreKind.REHEARSAL.value,
        state=RestoreState.RESTORED.value,
    )
    return Subquery(well.order_by("-ended_at").values("started")[:1])


def proven_on(device_ids: Collection[int]) -> dict[int, Proof]:
    """Return the proof of the backup that was proven last, by system. One query."""
    rows = Backup.objects.filter(device__in=device_ids, proven_at__isnull=False)
    rows = rows.order_by("device_id", "-proven_at").distinct("device_id")
    newest = rows.annotate(started=last_started())
    told = newest.values_list("device_id", "proven_at", "started")
    return {
        device: Proof(at, started_words(started)) for device, at, started in told if at is not None
    }
