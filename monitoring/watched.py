"""On which days devices were watched, for the list of gaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime

from contracts.gaps import Span
from monitoring.models import Check


def watched_spans(device_ids: Collection[int]) -> Mapping[int, Sequence[Span]] | None:
    """Return from when to when each device had a check that asked it, by day (UTC).

    None while nothing in the scope has a check at all. Two queries at most.
    """
    rows = Check.objects.filter(device_id__in=device_ids)
    spans: dict[int, list[Span]] = defaultdict(list)
    for device_id, created_at, paused_at in rows.values_list("device", "created_at", "paused_at"):
        spans[device_id].append(Span(_day(created_at), _day(paused_at) if paused_at else None))
    return spans if spans or Check.objects.exists() else None


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
