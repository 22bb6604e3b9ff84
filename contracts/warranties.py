"""How products stand on the warranty lists of signed contracts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from contracts.models import WarrantyItem
from contracts.warranty import NO_WARRANTY, Warranty, WarrantySpan, WarrantyState, warranty_among

__all__ = ["Warranty", "WarrantyState", "warranties_on", "warranty_on"]


def warranty_on(device_id: int | None, day: date) -> Warranty:
    """Return how a device stands on `day`, a day on the wall clock of its contract.

    One query at most. A device that is not there, like no device at all, is on no list.
    """
    if device_id is None:
        return NO_WARRANTY
    return warranties_on([device_id], day)[device_id]


def warranties_on(device_ids: Collection[int], day: date) -> dict[int, Warranty]:
    """Return how many devices stand on `day`, by id. One query."""
    spans = warranty_spans(device_ids)
    return {device_id: warranty_among(spans.get(device_id, ()), day) for device_id in device_ids}


def warranty_spans(device_ids: Collection[int]) -> dict[int, list[WarrantySpan]]:
    """Return the lines of the lists by device. One query."""
    rows = WarrantyItem.objects.agreed().filter(device__in=device_ids)
    found: defaultdict[int, list[WarrantySpan]] = defaultdict(list)
    for device_id, starts_on, ends_on, contract_id, number in rows.values_list(
        "device", "starts_on", "ends_on", "contract", "contract__number"
    ):
        found[device_id].append(WarrantySpan(starts_on, ends_on, contract_id, number))
    return found
