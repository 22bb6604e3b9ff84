"""What decides about work on a thing is gathered in a handful of queries."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calcom_portal.common.tenancy import provider_scope
from contracts.catalogue import TIERS
from contracts.cover_of import cover_of
from contracts.coverage import Equipment, Work
from contracts.models import Device
from tests.builders import TIER_1, TIER_2, build_contract, build_price_list, build_warranty
from tests.cast import Cast
from tests.stage import acting

pytestmark = pytest.mark.django_db
AT = datetime.fromisoformat("2026-06-17T09:00:00-07:00")
CLAUSES = {tier.code: tier.included for tier in TIERS}


def test_the_contract_warranty_and_prices_of_the_day_decide(cast: Cast) -> None:
    build_price_list(cast.calcom)
    contract = build_contract(
        cast.bayview,
        TIER_2,
        starts_on=date(2026, 3, 1),
        device=cast.phone_system,
        clauses=CLAUSES["TIER2"],
    )
    build_warranty(contract, cast.phone_system)
    with acting(cast.elena), CaptureQueriesContext(connection) as asked:
        cover = cover_of(
            customer_id=cast.bayview.pk, site_id=None, device_id=cast.phone_system.pk, at=AT
        )
    assert len(asked) <= 6
    assert (cover.contract_number, cover.day) == (contract.number, date(2026, 6, 17))
    assert cover.year == (date(2026, 3, 1), date(2027, 2, 28))
    assert cover.decide(Work.REINSTALLATION).clause == "SWAP"
    assert cover.decide(Work.TRAINING).reason.endswith("USD 95.00 an hour.")
    assert cover.of_foreign_equipment().decide(Work.REINSTALLATION).clause == ""


def test_the_nearest_cover_decides_as_it_does_for_promises(cast: Cast) -> None:
    build_contract(cast.bayview, TIER_1, device=cast.phone_system, clauses=CLAUSES["TIER1"])
    with provider_scope(provider_id=cast.calcom.pk):
        cover = cover_of(
            customer_id=cast.bayview.pk, site_id=None, device_id=cast.phone_system.pk, at=AT
        )
    assert cover.decide(Work.REMOTE_SUPPORT).clause == "REMOTE"
    assert cover.decide(Work.TRAINING).reason == (
        "Training is not part of Tier 1: charged by our price list."
    )


def test_a_device_out_of_service_is_nobodys_equipment_from_the_next_day_on(cast: Cast) -> None:
    with provider_scope(provider_id=cast.calcom.pk):
        found = []
        for day in (date(2026, 6, 17), date(2026, 6, 16)):
            Device.objects.filter(pk=cast.phone_system.pk).update(retired_on=day)
            cover = cover_of(
                customer_id=cast.bayview.pk, site_id=None, device_id=cast.phone_system.pk, at=AT
            )
            found.append(cover.equipment)
    assert found == [Equipment.LISTED, Equipment.FOREIGN]


def test_without_a_contract_nothing_is_covered(cast: Cast) -> None:
    with acting(cast.sam):
        cover = cover_of(customer_id=cast.sutter.pk, site_id=None, device_id=None, at=AT)
    assert (cover.agreed, cover.year, cover.equipment) == (None, None, Equipment.UNNAMED)
    assert not any(cover.decide(kind).covered for kind in Work)
