"""The devices that a promise may be owed for, and since when we know of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Min

from contracts.models import Device, DeviceEvent, DeviceEventKind


@dataclass(frozen=True, slots=True)
class System:
    """A device in service. `kind` is one of `DeviceKind`; the day it became known is in UTC."""

    device_id: int
    customer_id: int
    site_id: int
    kind: str
    known_since: date


def systems_of(provider_id: int) -> list[System]:
    """Return the devices in service of a provider, customer by customer. Two queries."""
    rows = Device.objects.in_service().filter(provider=provider_id)
    told = DeviceEvent.objects.filter(provider=provider_id, kind=DeviceEventKind.INSTALLED)
    known = dict(told.values_list("device").annotate(Min("at")).order_by())
    values = rows.order_by("customer", "site", "pk").values_list("pk", "customer", "site", "kind")
    return [
        System(pk, customer, site, kind, _day_of(known.get(pk)))
        for pk, customer, site, kind in values
    ]


def _day_of(instant: datetime | None) -> date:
    return instant.date() if instant else date.min
