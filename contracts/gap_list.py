"""Devices with gaps, of one customer or all, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from calcom_portal.common.errors import Missing
from contracts.device_times import times_of
from contracts.gaps import Gap, GapKind, gaps_between
from contracts.models import Device

AHEAD = timedelta(days=365)
BATCH = 500
LONGEST_ID = 18


@dataclass(frozen=True, slots=True)
class DeviceGaps:
    """A device in service and its gaps from today on, the earliest first."""

    device: Device
    gaps: Sequence[Gap]


@dataclass(frozen=True, slots=True)
class GapPage:
    """Devices with gaps, and the device after which the next page begins (None at the end)."""

    rows: Sequence[DeviceGaps]
    after: int | None


def gap_page(
    devices: QuerySet[Device],
    today: date,
    *,
    kind: GapKind | None = None,
    after: str = "",
    size: int = 50,
) -> GapPage:
    """Return the devices with gaps within a year. `after` is the last device of the page before.

    Devices without gaps are passed over in batches, so memory does not grow. Raises Missing for
    a device that is not on the list.
    """
    found = []
    for row in _with_gaps(devices, today, kind, after):
        found.append(row)
        if len(found) > size:
            return GapPage(found[:size], found[size - 1].device.pk)
    return GapPage(found, None)


def _with_gaps(
    devices: QuerySet[Device], today: date, kind: GapKind | None, after: str
) -> Iterator[DeviceGaps]:
    rows = devices.in_service().by_name()  # type: ignore[attr-defined]
    rows = rows.select_related("site", "customer", "product_model").order_by("sort_name", "pk")
    last = _anchor(rows, after) if after else None
    while True:
        beyond = _beyond(last) if last else Q()
        batch = list(rows.filter(beyond)[:BATCH])
        times = times_of(batch)
        for device in batch:
            gaps = gaps_between(times[device.pk], today, today + AHEAD)
            gaps = [gap for gap in gaps if kind in (None, gap.kind)]
            if gaps:
                yield DeviceGaps(device, gaps)
        if len(batch) < BATCH:
            return
        last = (batch[-1].sort_name, batch[-1].pk)


def _beyond(last: tuple[str, int]) -> Q:
    name, pk = last
    return Q(sort_name__gt=name) | Q(sort_name=name, pk__gt=pk)


def _anchor(rows: QuerySet[Device], after: str) -> tuple[str, int]:
    is_id = after.isascii() and after.isdigit() and len(after) <= LONGEST_ID
    found: Any = rows.filter(pk=int(after)).first() if is_id else None
    if found is None:
        raise Missing("This page of the list is gone.", remedy="Start from the first page.")
    return found.sort_name, found.pk
