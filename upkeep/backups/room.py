"""How much room the backups of a provider take."""

from __future__ import annotations

from django.db.models import Sum

from upkeep.models import StoredObject


def count_backups() -> int:
    """Return the bytes in the store of the scope's provider; what is equal lies there once."""
    rows = StoredObject.objects.filter(gone_at=None)
    total: int | None = rows.aggregate(total=Sum("stored_bytes"))["total"]
    return total or 0
