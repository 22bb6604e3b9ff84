"""What the portal knows about the devices that some rows of a list may mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from django.db.models import Q
from django.db.models.functions import Lower

from contracts.goods.cells import Value
from contracts.goods.columns import Column
from contracts.goods.known import KnownDevice, KnownDevices, KnownPlaces, KnownWarranty
from contracts.goods.planning import FACTS
from contracts.goods.reader import ListRow
from contracts.models import (
    Contract,
    ContractState,
    Device,
    DeviceKind,
    GoodsImport,
    Site,
    WarrantyItem,
)

KINDS: dict[str, str] = {str(kind.label).lower(): kind.value for kind in DeviceKind} | {
    kind.value.replace("_", " "): kind.value for kind in DeviceKind
}


def known_places(goods_import: GoodsImport) -> KnownPlaces:
    """Return the customer's sites in use and its contracts that were not given up. Two queries."""
    sites = Site.objects.filter(customer=goods_import.customer_id, is_active=True)
    contracts = Contract.objects.filter(customer=goods_import.customer_id).exclude(
        state=ContractState.CANCELLED
    )
    numbers = dict(contracts.values_list("number", "pk"))
    chosen = (number for number, pk in numbers.items() if pk == goods_import.contract_id)
    return KnownPlaces(
        {name.casefold(): pk for name, pk in sites.values_list("name", "pk")},
        numbers,
        next(chosen, ""),
    )


def known_devices(customer_id: int, rows: Sequence[ListRow]) -> KnownDevices:
    """Return the devices in service that the rows may mean. Three queries, however many rows."""
    serials = {row.text(Column.SERIAL) for row in rows} - {""}
    names = {row.text(Column.NAME) for row in rows}
    own = list(_own(customer_id, serials, names))
    lines = _warranties([device.pk for device in own])
    by_serial: defaultdict[str, list[KnownDevice]] = defaultdict(list)
    by_name: defaultdict[tuple[int, str], list[KnownDevice]] = defaultdict(list)
    for device in own:
        known = KnownDevice(
            device.pk, device.site_id, facts_of(device), tuple(lines.get(device.pk, ()))
        )
        if device.serial:
            by_serial[device.serial].append(known)
        by_name[device.site_id, device.name.casefold()].append(known)
    return KnownDevices(by_serial, by_name, _elsewhere(customer_id, serials))


def facts_of(device: Device) -> dict[Column, Value]:
    """Return the facts of a device by the column of a list."""
    return {column: getattr(device, column.value) for column in FACTS}


def _own(customer_id: int, serials: Collection[str], names: Collection[str]) -> Iterable[Device]:
    rows = Device.objects.in_service().filter(customer=customer_id)
    small = [name.lower() for name in names]
    named = Q(name__in=names) | Q(small_name__in=small)
    return rows.annotate(small_name=Lower("name")).filter(named | Q(serial__in=serials))


def _warranties(device_ids: Collection[int]) -> dict[int, list[KnownWarranty]]:
    rows = WarrantyItem.objects.filter(device__in=device_ids).exclude(
        contract__state=ContractState.CANCELLED
    )
    found: defaultdict[int, list[KnownWarranty]] = defaultdict(list)
    for item in rows.select_related("contract").order_by("starts_on"):
        line = KnownWarranty(item.pk, item.contract.number, item.starts_on, item.ends_on, item.note)
        found[item.device_id].append(line)
    return found


def _elsewhere(customer_id: int, serials: Collection[str]) -> frozenset[tuple[str, str]]:
    rows = Device.objects.in_service().filter(serial__in=serials).exclude(customer=customer_id)
    return frozenset(rows.values_list("serial", Lower("vendor")))
