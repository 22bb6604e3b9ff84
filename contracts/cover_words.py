"""What a contract covers, on a day and until its end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from contracts.models import Contract, Cover
from contracts.renewals import DAY


def covers_until_the_end(contract: Contract) -> list[Cover]:
    """Return the covers of a contract that last until its end, with site and device."""
    after = None if contract.ends_on is None else contract.ends_on + DAY
    covers = contract.covers.select_related("site", "device").order_by("pk")
    return [cover for cover in covers if cover.during is not None and cover.during.upper == after]


def covers_on(contract: Contract, covers: Iterable[Cover], today: date) -> list[Cover]:
    """Keep what is covered today: before the contract on its first day, afterwards on its last."""
    day = max(today, contract.starts_on)
    if contract.ends_on is not None:
        day = min(day, contract.ends_on)
    return [cover for cover in covers if cover.during is None or day in cover.during]
