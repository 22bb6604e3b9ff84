"""When devices are covered, under warranty, supported and monitored: what `gaps` decides by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta

from contracts.gaps import DeviceTimes, Span
from contracts.models import ContractState, Cover, Device
from contracts.warranties import warranty_spans
from contracts.watching import monitored_spans

DAY = timedelta(days=1)


def times_of(devices: Sequence[Device]) -> dict[int, DeviceTimes]:
    """Return the times of devices by id. Two queries, beside those of who monitors.

    Devices come with `product_model` joined.
    """
    ids = [device.pk for device in devices]
    covers = _covers({device.customer_id for device in devices})
    warranties = warranty_spans(ids)
    monitored = monitored_spans(ids)
    return {
        device.pk: DeviceTimes(
            covers=tuple(_span(cover) for cover in covers if _covers_device(cover, device)),
            warranties=tuple(
                Span(line.starts_on, line.ends_on) for line in warranties.get(device.pk, ())
            ),
            support_ends_on=device.product_model and device.product_model.support_ends_on,
            monitored=None if monitored is None else monitored[device.pk],
            installed_on=device.installed_on,
            retired_on=device.retired_on,
        )
        for device in devices
    }


def _covers(customer_ids: Collection[int]) -> list[Cover]:
    rows = Cover.objects.filter(
        customer__in=customer_ids, contract__state=ContractState.SIGNED
    ).select_related("contract")
    return list(rows)


def _covers_device(cover: Cover, device: Device) -> bool:
    if cover.customer_id != device.customer_id:
        return False
    if cover.device_id is not None:
        return cover.device_id == device.pk
    return cover.site_id is None or cover.site_id == device.site_id


def _span(cover: Cover) -> Span:
    contract = cover.contract
    if cover.during is None:
        return Span(contract.starts_on, contract.ends_on)
    starts_on: date = cover.during.lower or contract.starts_on
    upper: date | None = cover.during.upper
    ends = _known((upper - DAY if upper else None, contract.ends_on))
    return Span(max(starts_on, contract.starts_on), min(ends, default=None))


def _known(days: Iterable[date | None]) -> list[date]:
    return [day for day in days if day is not None]
