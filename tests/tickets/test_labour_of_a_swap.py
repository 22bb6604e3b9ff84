"""On the day of a swap SWAP pays for taking the failed device out and putting the new one in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from contracts.actions import DeviceFacts, Swap, swap_device
from contracts.coverage import Work
from contracts.models import Cover, Device
from tests.builders import build_price_list, build_warranty
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.tickets.helpers import opened
from tests.tickets.labour import WEDNESDAY_18, logged, sign, told, work
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 17)
NEW = DeviceFacts(
    name="Main phone system", kind="pbx", vendor="Panasonic", model="KX-NS700", serial="NEW-1"
)


def staged(cast: Cast, database_time: DatabaseTime, *, by_name: bool, since: date) -> Ticket:
    """Sign Tier 2 for the device, or for the site alone, with the device on its warranty list."""
    options = {} if by_name else {"device": None, "site": cast.market_street}
    contract = sign(cast, "TIER2", starts_on=since, **options)
    with acting(cast.ruth):
        Cover.objects.filter(contract=contract).update(during=(since, None))
    build_warranty(contract, cast.phone_system, starts_on=since)
    build_price_list(cast.calcom)
    ticket = opened(cast, database_time)
    database_time.set(WEDNESDAY_18)
    return ticket


def swapped(cast: Cast, device: Device, serial: str = "NEW-1") -> Device:
    swap = Swap(replace(NEW, serial=serial), DAY)
    with acting(cast.dana):
        return swap_device(device=device, swap=swap, actor=cast.dana)


def payer(cast: Cast, ticket: Ticket, device: Device, kind: Work, day: str = "2026-06-17") -> str:
    """Return the clause that pays for an hour of work on a device, or the rate."""
    facts = work("09:00", "10:00", kind, device_id=device.pk, day=day)
    (line,) = told(logged(ticket, facts, cast.dana, overlap_ok=True))
    return line[4]


@pytest.mark.parametrize("since", [date(2026, 1, 1), DAY], ids=["long since", "since that day"])
@pytest.mark.parametrize("by_name", [True, False], ids=["by name", "by its site"])
def test_work_on_both_devices_is_covered_on_the_day_of_the_swap(
    cast: Cast, database_time: DatabaseTime, by_name: bool, since: date
) -> None:
    ticket = staged(cast, database_time, by_name=by_name, since=since)
    new = swapped(cast, cast.phone_system)
    for device in (cast.phone_system, new):
        assert payer(cast, ticket, device, Work.REINSTALLATION) == "SWAP"
        assert payer(cast, ticket, device, Work.TROUBLESHOOTING) == "TROUBLE"


def test_it_is_covered_as_well_when_the_new_device_fails_on_the_same_day(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = staged(cast, database_time, by_name=True, since=date(2026, 1, 1))
    first = swapped(cast, cast.phone_system)
    second = swapped(cast, first, "NEW-2")
    for device in (cast.phone_system, first, second):
        assert payer(cast, ticket, device, Work.REINSTALLATION) == "SWAP"


@pytest.mark.parametrize("by_name", [True, False], ids=["by name", "by its site"])
def test_the_old_device_is_covered_the_day_before_and_the_new_one_was_not_there(
    cast: Cast, database_time: DatabaseTime, by_name: bool
) -> None:
    ticket = staged(cast, database_time, by_name=by_name, since=date(2026, 1, 1))
    new = swapped(cast, cast.phone_system)
    before = "2026-06-16"
    assert payer(cast, ticket, cast.phone_system, Work.REINSTALLATION, before) == "SWAP"
    assert payer(cast, ticket, new, Work.REINSTALLATION, before) == "normal"


@pytest.mark.parametrize("by_name", [True, False], ids=["by name", "by its site"])
def test_the_day_after_only_the_new_device_is_covered(
    cast: Cast, database_time: DatabaseTime, by_name: bool
) -> None:
    ticket = staged(cast, database_time, by_name=by_name, since=date(2026, 1, 1))
    new = swapped(cast, cast.phone_system)
    database_time.set("2026-06-18T18:00:00-07:00")
    after = "2026-06-18"
    assert payer(cast, ticket, cast.phone_system, Work.REINSTALLATION, after) == "normal"
    assert payer(cast, ticket, new, Work.REINSTALLATION, after) == "SWAP"


def test_a_device_that_is_taken_out_without_another_keeps_its_own_warranty_that_day(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = staged(cast, database_time, by_name=True, since=date(2026, 1, 1))
    with acting(cast.ruth):
        Device.objects.filter(pk=cast.phone_system.pk).update(retired_on=DAY)
    assert payer(cast, ticket, cast.phone_system, Work.REINSTALLATION) == "SWAP"


def test_without_a_warranty_the_swap_is_billable_on_both(
    cast: Cast, database_time: DatabaseTime
) -> None:
    sign(cast, "TIER2")
    build_price_list(cast.calcom)
    ticket = opened(cast, database_time)
    database_time.set(WEDNESDAY_18)
    new = swapped(cast, cast.phone_system)
    for device in (cast.phone_system, new):
        assert payer(cast, ticket, device, Work.REINSTALLATION) == "normal"
