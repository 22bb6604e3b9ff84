"""What is known about the demo's devices: models, warranty in all states, a swap, two imports."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from accounts.jobs.reporting import SameConnectionReporter
from accounts.jobs.running import run_next_job
from accounts.models import Customer
from accounts.viewer import Viewer
from calcom_portal.common.files import IncomingFile
from calcom_portal.common.tenancy import provider_scope, replayed_scope, system_scope
from calcom_portal.demo.devices import FLEETS
from contracts.actions import (
    DeviceFacts,
    ListSent,
    ModelFacts,
    Swap,
    WarrantyFacts,
    add_warranty,
    confirm_import,
    create_product_model,
    start_import,
    swap_device,
)
from contracts.days import today_of_provider
from contracts.expiry_sweep import sweep_expiries
from contracts.goods.columns import Column
from contracts.goods.writing import Row, as_csv
from contracts.models import Contract, Device, GoodsImport, ProductModel, Site

DAY: Final = timedelta(days=1)
# Days from the load to the end of a maker's support, model after model; None: not known.
SUPPORT: Final = (1100, None, 24, 700, 1300, None, 1500, 76, 900, None, -190)
# Days from the load to the first and the last day of a warranty, device after device.
SPANS: Final = (
    *((-300, 795), (-700, 30), (-420, 310), (-1000, -41), (-360, 6)),
    *((-90, 275), (-1090, -1), (40, 1135), (-200, 88)),
)
RowsOf = Callable[[Customer, date], list[Row]]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Whose devices they are, who writes them down, and the instant of the load."""

    provider_id: int
    admin: Viewer
    technician: Viewer
    now: datetime

    @contextmanager
    def at(self, instant: datetime) -> Iterator[date]:
        """Open the provider's scope at an instant; give its day."""
        with provider_scope(provider_id=self.provider_id), replayed_scope(instant):
            yield today_of_provider(self.provider_id, instant)

    def work(self, instant: datetime) -> None:
        """Do the jobs that wait, as a worker would have done then."""
        with system_scope("the demo does its own jobs"), replayed_scope(instant):
            while run_next_job(SameConnectionReporter) is not None:
                pass


def fill_shelves(shelf: Shelf, instant: datetime) -> None:
    """Fill the catalogue of models and the warranty lists."""
    with shelf.at(instant):
        _models(shelf)
        _warranties(shelf)


def send_lists(shelf: Shelf, instant: datetime) -> None:
    """Import a list, send in another that is refused, and warn of ends."""
    _import(shelf, "C-1006", "clinic-phones.csv", instant, _new_phones)
    _import(shelf, "C-1009", "list-from-supplier.csv", instant, _doubtful)
    with system_scope("the demo warns of ends"), replayed_scope(instant):
        sweep_expiries()


def swap_gateway(shelf: Shelf) -> None:
    """Replace a broken gateway, just now."""
    with shelf.at(shelf.now) as today:
        _swap(shelf, today)


def _models(shelf: Shelf) -> None:
    today = today_of_provider(shelf.provider_id, shelf.now)
    fleets = FLEETS.values()
    found = sorted(
        {(it.vendor, it.model, kind.value) for one in fleets for kind, it in one.items()}
    )
    for number, (vendor, model, kind) in enumerate(found):
        left = SUPPORT[number % len(SUPPORT)]
        ends_on = None if left is None else today + left * DAY
        facts = ModelFacts(vendor, model, kind, ends_on)
        if not ProductModel.objects.named(vendor, model).exists():
            create_product_model(facts=facts, actor=shelf.admin)


def _warranties(shelf: Shelf) -> None:
    """Put phone systems, gateways and switches of Tier 2 customers on the lists."""
    today = today_of_provider(shelf.provider_id, shelf.now)
    contracts = Contract.objects.filter(state="signed", terms__tier_code="TIER2")
    number = 0
    for contract in contracts.distinct().order_by("pk"):
        rows = Device.objects.in_service().filter(customer=contract.customer_id)
        for device in rows.filter(kind__in=("pbx", "gateway", "switch")).order_by("pk")[:6]:
            if not device.warranty_items.exists():
                first, last = (today + days * DAY for days in SPANS[number % len(SPANS)])
                facts = WarrantyFacts(_not_before(device.installed_on, first, last), last)
                add_warranty(contract=contract, device=device, facts=facts, actor=shelf.admin)
                number += 1


def _not_before(installed_on: date | None, first: date, last: date) -> date:
    """Return the first day of a warranty: no product has one before it was installed."""
    return min(max(first, installed_on or first), last)


def _import(shelf: Shelf, customer: str, name: str, instant: datetime, rows_of: RowsOf) -> None:
    with shelf.at(instant) as today:
        row = Customer.objects.get(number=customer)
        data = as_csv(rows_of(row, today))
        sent = ListSent(IncomingFile(name, len(data), lambda: io.BytesIO(data)))
        made = start_import(customer=row, sent=sent, actor=shelf.admin)
    shelf.work(instant)
    with shelf.at(instant):
        found = GoodsImport.objects.get(pk=made.pk)
        if found.can_be_applied:
            confirm_import(goods_import=found, actor=shelf.admin)
    shelf.work(instant)


def _new_phones(customer: Customer, today: date) -> list[Row]:
    sites = list(Site.objects.filter(customer=customer).order_by("pk"))
    contract = Contract.objects.filter(customer=customer).earliest("pk")
    return [
        {
            Column.SITE: sites[number % len(sites)].name,
            Column.NAME: f"Consulting room {number} phone",
            Column.KIND: "Phone",
            Column.VENDOR: "Yealink",
            Column.MODEL: "T54W",
            Column.SERIAL: f"3145-{7700 + number}",
            Column.ROOM: f"Consulting room {number}",
            Column.EXTENSION: str(240 + number),
            Column.INSTALLED_ON: today - 3 * DAY,
            Column.INSTALLED_BY_US: True,
            Column.CONTRACT: contract.number if number % 3 else "",
            Column.STARTS_ON: today if number % 3 else None,
            Column.ENDS_ON: today + 1095 * DAY if number % 3 else None,
        }
        for number in range(1, 19)
    ]


def _doubtful(customer: Customer, today: date) -> list[Row]:
    site = Site.objects.filter(customer=customer).earliest("pk")
    phone: Row = {Column.SITE: site.name, Column.KIND: "Phone", Column.VENDOR: "Poly"}
    return [
        {**phone, Column.NAME: "Reading room phone", Column.SERIAL: "64167F-01"},
        {**phone, Column.NAME: "Archive phone", Column.SERIAL: "64167F-01"},
        {**phone, Column.NAME: "Loading dock phone", Column.SITE: "Dock 4"},
        {
            **phone,
            Column.NAME: "Gallery phone",
            Column.SERIAL: "64167F-04",
            Column.STARTS_ON: today,
            Column.ENDS_ON: today - DAY,
        },
    ]


def _swap(shelf: Shelf, today: date) -> None:
    rows = Device.objects.in_service().filter(customer__number="C-1001", kind="gateway")
    old = rows.earliest("pk")
    facts = DeviceFacts(
        name=old.name,
        kind=old.kind,
        vendor=old.vendor,
        model=old.model,
        serial=f"{old.serial[:5]}-R7731",
        asset_tag="CC-A0901",
        room=old.room,
        installed_on=today,
    )
    swap = Swap(facts, today, "No dial tone on two of eight ports after a power cut")
    swap_device(device=old, swap=swap, actor=shelf.technician)
