"""Which backup a rehearsal restores, and since when a system is proven restorable."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Max

from upkeep.models import Backup, BackupPart, BackupState, Form, Level


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


def proven_on(device_ids: Collection[int]) -> dict[int, datetime]:
    """Return when the newest backup proven in a rehearsal was proven, by system. One query."""
    rows = Backup.objects.filter(device__in=device_ids, proven_at__isnull=False).order_by()
    return dict(rows.values_list("device").annotate(Max("proven_at")))
