"""What a customer has covered, and by what else, when one cover of it ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self

from contracts.models import Contract, Cover

Thing = tuple[int | None, int | None]
Days = tuple[date, date | None]
COMPANY: Thing = (None, None)


@dataclass(frozen=True, slots=True)
class Covered:
    """The days of each thing that a contract covers, and every cover of its customer.

    A thing is (site, device), one of them or neither: two devices may have the same name. `sites`
    says where each device stands.
    """

    contract_id: int
    by_it: dict[Thing, tuple[Days, ...]]
    names: dict[Thing, str]
    sites: dict[Thing, Thing]
    all_covers: tuple[Cover, ...]

    @classmethod
    def of(cls, contract: Contract) -> Self:
        """Read what the customer of a contract has covered now. One query."""
        rows = Cover.objects.filter(customer_id=contract.customer_id).exclude(during=None)
        covers = tuple(rows.select_related("contract", "site", "device__site").order_by("pk"))
        by_it: dict[Thing, tuple[Days, ...]] = {}
        for cover in covers:
            if cover.contract_id == contract.pk:
                by_it[_thing(cover)] = (*by_it.get(_thing(cover), ()), _days(cover))
        return cls(
            contract_id=contract.pk,
            by_it=by_it,
            names=_names(covers),
            sites={_thing(one): (one.device.site_id, None) for one in covers if one.device},
            all_covers=covers,
        )

    def days_of(self, thing: Thing) -> tuple[Days, ...]:
        """Return the days on which the contract covers a thing."""
        return self.by_it.get(thing, ())

    def else_on(self, thing: Thing, day: date) -> str:
        """Say what covers a thing on a day, the nearest cover first; empty when nothing does."""
        for wanted in dict.fromkeys((thing, self.sites.get(thing, thing), COMPANY)):
            for cover in self.all_covers:
                if _thing(cover) == wanted and _is_on(cover, day):
                    return self._words(cover, thing)
        return ""

    def _words(self, cover: Cover, thing: Thing) -> str:
        of_it = cover.contract_id == self.contract_id
        by = "" if of_it else f" by contract {cover.contract.number}"
        if _thing(cover) == thing:
            return f"covered{by}"
        whole = f"all of {cover.site}" if cover.site is not None else "the whole company"
        return f"covered{by} with {whole}"


def _thing(cover: Cover) -> Thing:
    return cover.site_id, cover.device_id


def _days(cover: Cover) -> Days:
    return cover.during.lower, cover.last_day


def _is_on(cover: Cover, day: date) -> bool:
    first, last = _days(cover)
    return first <= day and (last is None or day <= last)


def _names(covers: Iterable[Cover]) -> dict[Thing, str]:
    """Name things; devices of the same name at one site with their serial numbers."""
    of_things = {_thing(cover): cover for cover in covers}
    names = {thing: _name(cover) for thing, cover in of_things.items()}
    doubled = {name for name, count in Counter(names.values()).items() if count > 1}
    return {
        thing: _with_serial(name, of_things[thing]) if name in doubled else name
        for thing, name in names.items()
    }


def _name(cover: Cover) -> str:
    if cover.device is not None:
        return f"{cover.device.name} at {cover.device.site.name}"
    return str(cover.site or "The whole company")


def _with_serial(name: str, cover: Cover) -> str:
    serial = cover.device.serial if cover.device is not None else ""
    return f"{name}, serial {serial}" if serial else name
