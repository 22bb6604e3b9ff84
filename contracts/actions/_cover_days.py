"""The days on which a contract covers a thing: beginning, ending, and refusing double cover."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.contrib.postgres.fields.ranges import RangeStartsWith
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F, Func, Value

from calcom_portal.common.errors import BadInput
from contracts.cover_words import covers_until_the_end
from contracts.models import Contract, Cover, Device, Site
from contracts.renewals import DAY

Thing = tuple[int | None, int | None]


def key_of(cover: Cover) -> Thing:
    """Return what a cover is about: (site, device); neither: the whole company."""
    return cover.site_id, cover.device_id


def thing_of(cover: Cover) -> str:
    """Name what a cover is about."""
    return str(cover.device or cover.site or "the whole company")


def names_of(things: Sequence[Thing]) -> list[str]:
    """Name things, in their order. Two queries at most."""
    sites = Site.objects.in_bulk([site for site, _ in things if site is not None])
    devices = Device.objects.in_bulk([device for _, device in things if device is not None])
    return [
        str(devices[device])
        if device is not None
        else str(sites[site])
        if site is not None
        else "the whole company"
        for site, device in things
    ]


def refuse_double_cover(
    contract: Contract, things: Collection[Thing], first: date, last: date | None, *, field: str
) -> None:
    """Raise BadInput when another signed contract covers one of `things` on one of the days."""
    during = DateRange(first, last, "[]")
    others = Cover.objects.filter(customer_id=contract.customer_id, during__overlap=during)
    others = others.exclude(contract=contract).select_related("contract", "site", "device")
    for other in others.order_by("pk"):
        if key_of(other) in things:
            raise BadInput(
                f"Contract {other.contract.number} covers {thing_of(other)} already on some of"
                " these days.",
                field=field,
                remedy="Choose other days, cover something else, or end that contract first.",
            )


def begin_covers(contract: Contract, things: Iterable[Thing], first: date) -> None:
    """Cover things from a day on until the contract's end."""
    during = DateRange(first, contract.ends_on, "[]")
    Cover.objects.bulk_create(
        Cover(
            provider_id=contract.provider_id,
            customer_id=contract.customer_id,
            contract=contract,
            site_id=site_id,
            device_id=device_id,
            during=during,
        )
        for site_id, device_id in things
    )


def end_covers(covers: Iterable[Cover], last: date) -> None:
    """Let covers end with a day; those that begin later never were."""
    for cover in covers:
        if cover.during.lower > last:
            cover.delete()
        else:
            cover.during = DateRange(cover.during.lower, last, "[]")
            cover.save(update_fields=["during"])


def move_end(contract: Contract, ends_on: date | None, *, field: str = "ends_on") -> None:
    """Give the contract another last day, and with it what it covers until the end. Not saved.

    Raises BadInput where another contract covers one of these things in the days that are new.
    """
    covers = covers_until_the_end(contract)
    if contract.ends_on is not None and (ends_on is None or ends_on > contract.ends_on):
        things = {key_of(cover) for cover in covers}
        refuse_double_cover(contract, things, contract.ends_on + DAY, ends_on, field=field)
        _stretch(covers, ends_on)
    elif ends_on is not None:
        end_covers(contract.covers.filter(during__endswith__gt=ends_on + DAY), ends_on)
        end_covers(contract.covers.filter(during__upper_inf=True), ends_on)
    contract.ends_on = ends_on


def _stretch(covers: Iterable[Cover], ends_on: date | None) -> None:
    during = Func(
        RangeStartsWith(F("during")), Value(_after(ends_on)), Value("[)"), function="daterange"
    )
    Cover.objects.filter(pk__in=[cover.pk for cover in covers]).update(during=during)


def _after(day: date | None) -> date | None:
    return None if day is None else day + DAY
