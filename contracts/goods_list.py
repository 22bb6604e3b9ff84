"""The installed products of a customer as the rows of a list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from contracts.goods.cells import Value
from contracts.goods.columns import Column
from contracts.goods_known import facts_of
from contracts.models import Device, DeviceKind, WarrantyItem
from contracts.warranty import WarrantySpan, WarrantyState, warranty_among

BATCH = 500


def list_of(customer_id: int, today: date) -> Iterator[dict[Column, Value]]:
    """Yield each device in service with its warranty: of today, else the next, else the last.

    Two queries for some hundred devices.
    """
    rows = Device.objects.in_service().filter(customer=customer_id, site__is_active=True)
    last = 0
    while batch := list(rows.select_related("site").filter(pk__gt=last).order_by("pk")[:BATCH]):
        lines = _lines([device.pk for device in batch])
        for device in batch:
            yield _row(device, lines.get(device.pk, []), today)
        last = batch[-1].pk


def _lines(device_ids: list[int]) -> dict[int, list[WarrantyItem]]:
    found: dict[int, list[WarrantyItem]] = {}
    rows = WarrantyItem.objects.filter(device__in=device_ids).exclude(contract__state="cancelled")
    for item in rows.select_related("contract"):
        found.setdefault(item.device_id, []).append(item)
    return found


def _row(device: Device, lines: list[WarrantyItem], today: date) -> dict[Column, Value]:
    row: dict[Column, Value] = {Column.SITE: device.site.name, **facts_of(device)}
    row[Column.KIND] = str(DeviceKind(device.kind).label)
    spans = [WarrantySpan(it.starts_on, it.ends_on, it.pk, it.contract.number) for it in lines]
    standing: Any = warranty_among(spans, today)
    if standing.state is not WarrantyState.NONE:
        line = next(it for it in lines if it.pk == standing.contract_id)
        row |= {
            Column.CONTRACT: standing.contract_number,
            Column.STARTS_ON: standing.starts_on,
            Column.ENDS_ON: standing.ends_on,
            Column.NOTE: line.note,
        }
    return row
