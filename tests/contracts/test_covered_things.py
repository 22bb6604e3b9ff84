"""What a preview says of cover: device by device, and never that cover ends where it goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contracts.actions import amend_contract, end_contract, seed_catalogue
from contracts.consequences import Consequences, rehearse
from contracts.covered_things import Covered
from contracts.models import Calendar, Contract, Device
from tests.builders import build_device, build_site
from tests.cast import Cast
from tests.contracts.life import amendment_of, newest_terms, signed
from tests.stage import DatabaseTime, acting

JULY = date(2026, 7, 1)


@pytest.fixture
def seeded(cast: Cast, database_time: DatabaseTime) -> Cast:
    """Give a cast with a catalogue, on Mon 15 Jun 2026, 10:00 Pacific."""
    database_time.set("2026-06-15T10:00:00-07:00")
    with acting(cast.ruth):
        Calendar.objects.update(is_default=False, name="Old hours")
        seed_catalogue(actor=cast.ruth)
    return cast


def seen_in(cast: Cast, contract: Contract, act: Callable[[], Any]) -> Consequences:
    with acting(cast.ruth):
        return rehearse(contract, act)


def seen_amendment(cast: Cast, contract: Contract, **changes: Any) -> Consequences:
    with acting(cast.ruth):
        wanted = amendment_of(contract, JULY, **changes)
        base = newest_terms(contract).number
    return seen_in(
        cast,
        contract,
        lambda: amend_contract(
            contract=contract, amendment=wanted, base_number=base, actor=cast.ruth
        ),
    )


def seen_end(cast: Cast, contract: Contract) -> Consequences:
    return seen_in(
        cast,
        contract,
        lambda: end_contract(
            contract=contract, last_day=date(2026, 6, 30), reason="Closed.", actor=cast.ruth
        ),
    )


def twins(cast: Cast) -> tuple[Device, Device]:
    """Return two devices of the same name at one site."""
    depot = build_site(cast.sutter, "Depot")
    return build_device(depot, "Desk phone"), build_device(depot, "Desk phone")


def test_of_two_devices_of_one_name_the_one_that_is_left_out_is_named(seeded: Cast) -> None:
    one, two = twins(seeded)
    contract = signed(seeded, device_ids=(one.pk, two.pk))
    seen = seen_amendment(seeded, contract, device_ids=(two.pk,))
    assert seen.begins == ()
    assert seen.ends == (
        (
            f"Desk phone at Depot, serial {one.serial}: covered until 30 Jun 2026"
            " (before: 31 Dec 2026)."
        ),
    )


def test_of_two_devices_of_one_name_the_one_that_is_taken_in_is_named(seeded: Cast) -> None:
    one, two = twins(seeded)
    contract = signed(seeded, device_ids=(one.pk,))
    seen = seen_amendment(seeded, contract, device_ids=(one.pk, two.pk))
    assert seen.ends == ()
    assert seen.begins == (
        f"Desk phone at Depot, serial {two.serial}: covered from 1 Jul 2026 on.",
    )


def test_both_of_two_devices_of_one_name_are_told_once_each(seeded: Cast) -> None:
    one, two = twins(seeded)
    contract = signed(seeded, device_ids=(one.pk, two.pk))
    assert seen_end(seeded, contract).ends == tuple(
        f"Desk phone at Depot, serial {device.serial}: covered until 30 Jun 2026"
        " (before: 31 Dec 2026)."
        for device in (one, two)
    )


def test_cover_that_goes_over_to_the_site_does_not_end(seeded: Cast) -> None:
    device = build_device(build_site(seeded.sutter, "Depot"))
    contract = signed(seeded, device_ids=(device.pk,))
    seen = seen_amendment(seeded, contract, device_ids=(), site_ids=(device.site_id,))
    assert seen.ends == (
        "Main phone system at Depot: from 1 Jul 2026 on covered with all of Depot.",
    )
    assert seen.begins == ("Depot: covered from 1 Jul 2026 on.",)


def test_cover_that_another_contract_gives_as_well_does_not_end(seeded: Cast) -> None:
    device = build_device(build_site(seeded.sutter, "Depot"))
    contract = signed(seeded, device_ids=(device.pk,))
    of_all = signed(seeded)
    assert seen_end(seeded, contract).ends == (
        (
            f"Main phone system at Depot: from 1 Jul 2026 on covered by contract {of_all.number}"
            " with the whole company."
        ),
    )


def test_cover_of_another_site_or_of_later_days_is_none(seeded: Cast) -> None:
    device = build_device(build_site(seeded.sutter, "Depot"))
    contract = signed(seeded, device_ids=(device.pk,))
    signed(seeded, site_ids=(build_site(seeded.sutter, "Yard").pk,))
    signed(seeded, starts_on=date(2026, 7, 2))
    assert seen_end(seeded, contract).ends == (
        "Main phone system at Depot: covered until 30 Jun 2026 (before: 31 Dec 2026).",
    )


def test_what_is_covered_is_read_at_once(seeded: Cast) -> None:
    devices = [build_device(build_site(seeded.sutter, f"Depot {n}")) for n in range(5)]
    contract = signed(seeded, device_ids=tuple(device.pk for device in devices))
    with acting(seeded.ruth), CaptureQueriesContext(connection) as asked:
        assert len(Covered.of(contract).by_it) == 5
    assert len(asked) == 1
