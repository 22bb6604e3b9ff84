"""Warns of warranty and makers' support that end. By rows; twice, late or side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from accounts.models import Provider
from calcom_portal.common.tenancy import database_now, system_scope
from contracts.days import today_of_provider
from contracts.expiry import USUAL_DAYS, End, Reached, most_urgent, reached
from contracts.expiry_notices import tell_ends
from contracts.models import Device, ExpiryKind, ExpirySetting, ExpiryWarning, WarrantyItem

REASON = "warn of warranty and makers' support that end"


@dataclass(frozen=True, slots=True)
class ExpiryCount:
    """What a sweep told: ends, and customers that they belong to."""

    ends: int = 0
    customers: int = 0


def sweep_expiries() -> ExpiryCount:
    """Look at every provider; one transaction each, and none that another sweep holds."""
    with system_scope(REASON):
        ids = list(Provider.objects.order_by("pk").values_list("pk", flat=True))
    counts = [_sweep(pk) for pk in ids]
    return ExpiryCount(sum(it.ends for it in counts), sum(it.customers for it in counts))


def expiry_days(provider_id: int) -> Sequence[int]:
    """Return how many days before an end a provider is told."""
    setting = ExpirySetting.objects.filter(provider_id=provider_id).first()
    return setting.days if setting else USUAL_DAYS


def _sweep(provider_id: int) -> ExpiryCount:
    with system_scope(REASON):
        rows = Provider.objects.select_for_update(skip_locked=True, no_key=True)
        if not rows.filter(pk=provider_id).exists():
            return ExpiryCount()
        today = today_of_provider(provider_id, database_now())
        days = expiry_days(provider_id)
        due = _not_told(provider_id, reached(_ends(provider_id, days, today), days, today))
        if not due:
            return ExpiryCount()
        devices = _devices(provider_id, due)
        _write_down(due, devices)
        return _tell(most_urgent(due), devices, today)


def _ends(provider_id: int, days: Sequence[int], today: date) -> Iterable[End]:
    window = (today, today + timedelta(days=max(days)))
    items = WarrantyItem.objects.agreed().filter(
        provider=provider_id, ends_on__range=window, device__retired_on=None
    )
    for device_id, ends_on in items.values_list("device", "ends_on"):
        yield End(device_id, ExpiryKind.WARRANTY.value, ends_on)
    models = Device.objects.in_service().filter(
        provider=provider_id, product_model__support_ends_on__range=window
    )
    for device_id, support_ends_on in models.values_list("pk", "product_model__support_ends_on"):
        if support_ends_on is not None:
            yield End(device_id, ExpiryKind.SUPPORT.value, support_ends_on)


def _not_told(provider_id: int, due: Sequence[Reached]) -> list[Reached]:
    ids = {one.end.device_id for one in due}
    known = ExpiryWarning.objects.filter(provider=provider_id, device__in=ids)
    told = set(known.values_list("device", "kind", "ends_on", "horizon"))
    return [
        one
        for one in due
        if (one.end.device_id, one.end.kind, one.end.ends_on, one.horizon) not in told
    ]


def _devices(provider_id: int, due: Sequence[Reached]) -> dict[int, Device]:
    ids = {one.end.device_id for one in due}
    rows = Device.objects.filter(provider=provider_id, pk__in=ids)
    return {device.pk: device for device in rows.select_related("site", "customer")}


def _write_down(due: Sequence[Reached], devices: dict[int, Device]) -> None:
    ExpiryWarning.objects.bulk_create(
        ExpiryWarning(
            provider_id=devices[one.end.device_id].provider_id,
            customer_id=devices[one.end.device_id].customer_id,
            device_id=one.end.device_id,
            kind=one.end.kind,
            ends_on=one.end.ends_on,
            horizon=one.horizon,
            told_at=database_now(),
        )
        for one in due
    )


def _tell(told: Sequence[Reached], devices: dict[int, Device], today: date) -> ExpiryCount:
    def owner(one: Reached) -> int:
        return devices[one.end.device_id].customer_id

    customers = 0
    for _, run in groupby(sorted(told, key=owner), key=owner):
        ends = [(devices[one.end.device_id], one.end) for one in run]
        tell_ends(ends, today)
        customers += 1
    return ExpiryCount(len(told), customers)
