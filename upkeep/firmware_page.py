"""What the pages of firmware show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.middleware import ViewerRequest
from accounts.paging import keyset_page
from calcom_portal.common.tenancy import database_now
from contracts.days import today_of_provider
from contracts.models import Device, ProductModel
from upkeep.firmware.standing import Verdict
from upkeep.fleet import books_of, counts_of, devices_of, in_use, versions_of
from upkeep.models import FirmwareAdvisory, FirmwareRelease, FirmwareSeen


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """A device of a model, what it runs, and how it stands with that."""

    device: Device
    seen: FirmwareSeen | None
    verdict: Verdict


def models_to_look_after(q: str) -> QuerySet[ProductModel]:
    """Return the models that are in service, or of which there are releases or advisories."""
    devices = Device.objects.filter(product_model=OuterRef("pk"), retired_on=None)
    releases = FirmwareRelease.objects.filter(product_model=OuterRef("pk"))
    advisories = FirmwareAdvisory.objects.filter(product_model=OuterRef("pk"))
    rows: QuerySet[ProductModel] = ProductModel.objects.named_like(q).by_name()
    return rows.filter(Exists(devices) | Exists(releases) | Exists(advisories))


def model_page(request: ViewerRequest, product: ProductModel) -> dict[str, Any]:
    """Return the context of the page of a model. `?version=` narrows its devices."""
    today = today_of_provider(request.viewer.provider_id, database_now())
    book = books_of([product])[product.pk]
    rows = devices_of(product).select_related("site", "customer")
    version = request.GET.get("version")
    if version is not None:
        rows = with_version(rows, version[:80])
    listed = keyset_page(request, rows, key="name")
    seen = versions_of([device.pk for device in listed.rows])
    return {
        "product": product,
        "releases": book.releases,
        "advisories": book.advisories,
        "versions": in_use(book, counts_of(product), today),
        "version": version,
        "lines": [_line(device, seen.get(device.pk), book, today) for device in listed.rows],
        "pager": listed.pager,
        "today": today,
    }


def with_version(rows: QuerySet[Device], version: str) -> QuerySet[Device]:
    """Keep the devices that run a version; "" for those that nothing has told of."""
    now = FirmwareSeen.objects.filter(device=OuterRef("pk"), until=None)
    if not version:
        return rows.exclude(Exists(now))
    return rows.filter(Q(Exists(now.filter(version=version))))


def _line(device: Device, seen: FirmwareSeen | None, book: Any, today: Any) -> DeviceLine:
    return DeviceLine(device, seen, book.verdict_on(seen.version if seen else "", today))
