"""The monthly health check compares versions with the catalogue (item 11)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from calcom_portal.common.tenancy import system_scope
from contracts.models import Device
from monitoring.health_books import Stretch, books_of
from tests.cast import Cast
from tests.upkeep.firmware.world import build_advisory, build_product, build_release, runs
from upkeep.firmware.standing import Status

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2026-06-30T12:00:00+00:00")


def told(device: Device) -> tuple[dict[str, float], list[str]]:
    """Return the numbers and the sentences of a device's line."""
    device = Device._base_manager.select_related("product_model").get(pk=device.pk)
    books = books_of(device, Stretch(NOW - timedelta(days=30), NOW))
    numbers = {
        one.measure: one.value
        for one in books.readings
        if one.measure.startswith(("firmware", "support"))
    }
    return numbers, books.remarks.get("firmware", [])


def test_versions_behind_are_counted_and_the_end_of_support_is_told(cast: Cast) -> None:
    product = build_product(cast, cast.phone_system)
    build_release(cast, product, "22.10.1", Status.APPROVED, ends_on=date(2026, 8, 29))
    build_release(cast, product, "22.10.2", Status.APPROVED)
    build_release(cast, product, "22.10.3", Status.APPROVED)
    build_release(cast, product, "22.10.4", status=Status.BLOCKED)
    runs(cast, cast.phone_system, "22.10.1")
    with system_scope("a test reads the books"):
        assert told(cast.phone_system) == (
            {"firmware.faults": 0, "firmware.behind": 2, "support.left": 60},
            ["Version 22.10.1: update available. 22.10.3 is approved."],
        )


def test_a_version_with_a_known_fault_is_told(cast: Cast) -> None:
    product = build_product(cast, cast.phone_system)
    build_release(cast, product)
    build_advisory(cast, product)
    runs(cast, cast.phone_system, "22.10.1")
    with system_scope("a test reads the books"):
        numbers, (said,) = told(cast.phone_system)
    assert numbers["firmware.faults"] == 1
    assert said.startswith("Version 22.10.1: security fix missing. ")


def test_a_version_that_the_catalogue_says_nothing_of_is_not_judged(cast: Cast) -> None:
    build_product(cast, cast.phone_system)
    runs(cast, cast.phone_system, "22.10.1")
    with system_scope("a test reads the books"):
        assert told(cast.phone_system) == (
            {},
            ["Version 22.10.1. The catalogue has no release of this model."],
        )
