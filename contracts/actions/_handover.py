"""Cover and warranty go over from a device to the one that replaces it."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange

from contracts.models import Cover, Device, WarrantyItem

DAY = timedelta(days=1)


def hand_cover_over(old: Device, new: Device, day: date) -> int:
    """Move what contracts cover by name to `new` from `day` on; return how many covers moved."""
    covers = list(Cover.objects.select_for_update().filter(device=old).order_by("pk"))
    moved = 0
    for cover in covers:
        during = cover.during
        if during is not None and during.upper is not None and during.upper <= day:
            continue
        moved += 1
        if during is None or (during.lower is not None and day <= during.lower):
            # A draft, or a contract that has not begun: the old device never counted.
            cover.device = new
            cover.save(update_fields=["device"])
            continue
        cover.during = DateRange(during.lower, day)
        cover.save(update_fields=["during"])
        Cover.objects.create(
            provider_id=cover.provider_id,
            customer_id=cover.customer_id,
            contract_id=cover.contract_id,
            device=new,
            during=DateRange(day, during.upper),
        )
    return moved


def hand_warranty_over(old: Device, new: Device, day: date) -> list[WarrantyItem]:
    """Move warranty to `new` from `day` on; return the lines that `new` has now."""
    lines = WarrantyItem.objects.select_for_update().filter(device=old, ends_on__gte=day)
    moved = []
    for line in lines.order_by("pk"):
        if day <= line.starts_on:
            line.device = new
            line.save(update_fields=["device"])
            moved.append(line)
            continue
        rest = WarrantyItem(
            provider_id=line.provider_id,
            customer_id=line.customer_id,
            contract_id=line.contract_id,
            device=new,
            starts_on=day,
            ends_on=line.ends_on,
            note=line.note,
        )
        line.ends_on = day - DAY
        line.save(update_fields=["ends_on"])
        rest.save(force_insert=True)
        moved.append(rest)
    return moved
