"""Warnings before an end: once for each end and horizon, together for a customer."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from calcom_portal.common.errors import BadInput, NotAllowed
from contracts.actions import set_expiry_days
from contracts.expiry import End, Reached, most_urgent, reached
from contracts.expiry_sweep import ExpiryCount, sweep_expiries
from contracts.models import Device, ExpiryWarning, ProductModel, WarrantyItem
from notifications.models import Notice
from tests.builders import build_device, build_warranty
from tests.cast import Cast
from tests.stage import DatabaseTime, acting

LAST = date(2026, 12, 31)
END = End(1, "warranty", LAST)


def before(days: int) -> date:
    return LAST - timedelta(days=days)


@pytest.mark.parametrize(
    ("days_before", "horizons"),
    [
        (91, []),
        (90, [90]),
        (31, [90]),
        (30, [90, 30]),
        (7, [90, 30, 7]),
        (0, [90, 30, 7]),
        (-1, []),
    ],
)
def test_a_horizon_is_reached_on_its_day_and_until_the_end(
    days_before: int, horizons: list[int]
) -> None:
    found = reached([END], (30, 90, 7), before(days_before))
    assert [one.horizon for one in found] == horizons


def test_of_several_horizons_of_an_end_the_narrowest_is_told() -> None:
    other = End(2, "support", before(1))
    due = [Reached(END, 90), Reached(END, 30), Reached(other, 90)]
    assert most_urgent(due) == [Reached(other, 90), Reached(END, 30)]


def noon(day: date) -> str:
    return f"{day}T20:00:00+00:00"


def notices(cast: Cast) -> list[Notice]:
    with acting(cast.ruth):
        return list(Notice.objects.filter(kind="goods_expiry").order_by("pk"))


def test_each_end_is_told_once_at_each_horizon(cast: Cast, database_time: DatabaseTime) -> None:
    build_warranty(cast.contract, cast.phone_system)
    told = {}
    for days in (91, 90, 89, 30, 29, 7, 0, -1):
        database_time.set(noon(before(days)))
        told[days] = sweep_expiries().ends
        assert sweep_expiries() == ExpiryCount(0, 0)
    assert told == {91: 0, 90: 1, 89: 0, 30: 1, 29: 0, 7: 1, 0: 0, -1: 0}
    recipients = {notice.recipient_id for notice in notices(cast)}
    assert recipients == {cast.ruth.membership_id, cast.amit.membership_id}


def test_after_an_outage_only_the_narrowest_horizon_is_told(
    cast: Cast, database_time: DatabaseTime
) -> None:
    build_warranty(cast.contract, cast.phone_system)
    database_time.set(noon(before(5)))
    assert sweep_expiries() == ExpiryCount(1, 1)
    with acting(cast.ruth):
        horizons = ExpiryWarning.objects.order_by("-horizon").values_list("horizon", flat=True)
        assert list(horizons) == [90, 30, 7]


def test_the_ends_of_a_customer_come_together(cast: Cast, database_time: DatabaseTime) -> None:
    spare = build_device(cast.market_street, "Spare")
    build_warranty(cast.contract, cast.phone_system)
    build_warranty(cast.contract, spare, ends_on=before(10))
    with acting(cast.ruth):
        model = ProductModel.objects.create(
            provider=cast.calcom,
            vendor="Panasonic",
            model="KX-NS700",
            kind="pbx",
            support_ends_on=before(20),
        )
        Device.objects.filter(pk=spare.pk).update(product_model=model, serial="")
    database_time.set(noon(before(60)))
    assert sweep_expiries() == ExpiryCount(3, 1)
    payload = notices(cast)[0].payload
    numbered = f"Market Street, serial number {cast.phone_system.serial}"
    assert payload["lines"] == [
        "Spare (Market Street): Maker's support ends in 40 days, 11 Dec 2026",
        "Spare (Market Street): Warranty ends in 50 days, 21 Dec 2026",
        f"Main phone system ({numbered}): Warranty ends in 60 days, 31 Dec 2026",
    ]


def test_a_retired_device_and_a_draft_are_not_told_of(
    cast: Cast, database_time: DatabaseTime
) -> None:
    build_warranty(cast.contract, cast.phone_system)
    database_time.set(noon(before(60)))
    with acting(cast.ruth):
        Device.objects.update(retired_on=before(100))
    assert sweep_expiries().ends == 0


def test_a_longer_warranty_is_told_anew(cast: Cast, database_time: DatabaseTime) -> None:
    item = build_warranty(cast.contract, cast.phone_system)
    database_time.set(noon(before(60)))
    assert sweep_expiries().ends == 1
    with acting(cast.ruth):
        WarrantyItem.objects.filter(pk=item.pk).update(ends_on=LAST + timedelta(days=10))
    assert sweep_expiries().ends == 1


def test_a_provider_sets_its_own_horizons(cast: Cast, database_time: DatabaseTime) -> None:
    build_warranty(cast.contract, cast.phone_system)
    with acting(cast.ruth):
        set_expiry_days(days=[120, 5, 5], actor=cast.ruth)
    database_time.set(noon(before(100)))
    assert sweep_expiries().ends == 1
    database_time.set(noon(before(30)))
    assert sweep_expiries().ends == 0


@pytest.mark.parametrize("days", [[], [0], [731], [1, 2, 3, 4, 5, 6, 7]])
def test_horizons_that_cannot_be_are_refused(cast: Cast, days: list[int]) -> None:
    with acting(cast.ruth), pytest.raises(BadInput) as refused:
        set_expiry_days(days=days, actor=cast.ruth)
    assert refused.value.field == "days"
    with acting(cast.priya), pytest.raises(NotAllowed):
        set_expiry_days(days=[30], actor=cast.priya)
