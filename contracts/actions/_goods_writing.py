"""Writing what the rows of a list would do, some hundred rows at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from accounts.room import Resource, make_room
from accounts.viewer import Viewer
from contracts.actions._history import event_of
from contracts.actions._serials import each_serial_once
from contracts.goods.columns import Column
from contracts.goods.planning import Outcome, PlannedRow
from contracts.goods.warranty_lines import PlannedWarranty
from contracts.models import (
    Device,
    DeviceEvent,
    DeviceEventKind,
    GoodsImport,
    ProductModel,
    WarrantyItem,
)

K = DeviceEventKind


class GoodsWriter:
    """Writes planned rows for one import. Within the caller's transaction."""

    def __init__(self, goods_import: GoodsImport, actor: Viewer) -> None:
        self.actor = actor
        self.owner = {
            "provider_id": goods_import.provider_id,
            "customer_id": goods_import.customer_id,
        }
        self.file = goods_import.file_name
        self.models = {
            (vendor.lower(), model.lower()): pk
            for pk, vendor, model in ProductModel.objects.values_list("pk", "vendor", "model")
        }

    def write(self, rows: Sequence[PlannedRow]) -> None:
        """Write a batch: about eight statements, however many rows."""
        new = [row for row in rows if row.outcome is Outcome.NEW]
        changed = [row for row in rows if row.outcome is Outcome.CHANGED]
        with each_serial_once():
            devices = self._create(new) | self._change(changed)
        events = [
            event_of(devices[row.number], K.INSTALLED, self.actor, **self._told(row)) for row in new
        ]
        events += [
            event_of(devices[row.number], K.EDITED, self.actor, **self._told(row))
            for row in changed
            if _fields(row)
        ]
        DeviceEvent.objects.bulk_create([*events, *self._warranties(rows, devices)])

    def _create(self, rows: Sequence[PlannedRow]) -> dict[int, Device]:
        if rows:
            make_room(Resource.DEVICES, actor=self.actor, adding=len(rows))
        made = [Device(**self.owner, site_id=row.site_id) for row in rows]
        for device, row in zip(made, rows, strict=True):
            device.kind = "other"
            self._set(device, row)
        return dict(zip((r.number for r in rows), Device.objects.bulk_create(made), strict=True))

    def _change(self, rows: Sequence[PlannedRow]) -> dict[int, Device]:
        ids = [row.device_id for row in rows if row.device_id]
        locked = Device.objects.select_for_update().filter(pk__in=ids).order_by("pk")
        found = {device.pk: device for device in locked}
        fields = {name for row in rows for name in _fields(row)}
        for row in rows:
            device = found[row.device_id or 0]
            device.site_id = row.site_id
            self._set(device, row)
        if fields:
            Device.objects.bulk_update(found.values(), [*fields, "product_model"])
        return {row.number: found[row.device_id or 0] for row in rows}

    def _set(self, device: Device, row: PlannedRow) -> None:
        for column, value in row.facts.items():
            setattr(device, column.value, value)
        known = (device.vendor.lower(), device.model.lower())
        device.product_model_id = self.models.get(known)

    def _warranties(
        self, rows: Sequence[PlannedRow], devices: dict[int, Device]
    ) -> list[DeviceEvent]:
        planned = [(devices[row.number], row.warranty) for row in rows if row.warranty]
        new = [(device, line) for device, line in planned if line.item_id is None]
        WarrantyItem.objects.bulk_create(
            WarrantyItem(
                **self.owner,
                contract_id=line.contract_id,
                device=device,
                starts_on=line.starts_on,
                ends_on=line.ends_on,
                note=line.note,
            )
            for device, line in new
        )
        changed = [(device, line) for device, line in planned if line.item_id is not None]
        before = self._change_lines([line for _, line in changed])
        events = [event_of(device, K.WARRANTY_ADDED, self.actor, **_line(it)) for device, it in new]
        return events + [
            event_of(
                device, K.WARRANTY_CHANGED, self.actor, **_line(it), before=before[it.item_id or 0]
            )
            for device, it in changed
        ]

    def _change_lines(self, lines: Sequence[PlannedWarranty]) -> dict[int, dict[str, str]]:
        wanted = {line.item_id: line for line in lines if line.item_id}
        items = list(WarrantyItem.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
        before = {item.pk: _days(item) for item in items}
        for item in items:
            line = wanted[item.pk]
            item.starts_on, item.ends_on, item.note = line.starts_on, line.ends_on, line.note
        if items:
            WarrantyItem.objects.bulk_update(items, ["starts_on", "ends_on", "note"])
        return before

    def _told(self, row: PlannedRow) -> dict[str, Any]:
        changed = [name.removesuffix("_id") for name in _fields(row)]
        return {
            "serial": str(row.facts.get(Column.SERIAL, "")),
            "changed": changed,
            "file": self.file,
        }


def _fields(row: PlannedRow) -> list[str]:
    """Return the columns of the device that a row changes."""
    moved = ["site_id"] if any(it.column == Column.SITE.heading for it in row.changes) else []
    return moved + [column.value for column in row.facts]


def _line(line: PlannedWarranty) -> dict[str, str]:
    return {"contract": line.contract_number, **_days(line)}


def _days(line: PlannedWarranty | WarrantyItem) -> dict[str, str]:
    return {
        "starts_on": line.starts_on.isoformat(),
        "ends_on": line.ends_on.isoformat(),
        "note": line.note,
    }
