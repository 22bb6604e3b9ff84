"""The monthly health check tells of backups (item 9)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from calcom_portal.common.tenancy import system_scope
from contracts.models import Device
from monitoring.health_books import Stretch, books_of
from tests.builders import build_device
from tests.cast import Cast
from tests.upkeep.backups.rows import backup_of, plan_for

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOW = datetime.fromisoformat("2026-06-30T12:00:00+00:00")


def told(device: Device) -> tuple[list[float], list[str]]:
    """Return the ages and the sentences of a system's line."""
    with system_scope("a test reads the books"):
        books = books_of(device, Stretch(NOW - timedelta(days=30), NOW))
    ages = [one.value for one in books.readings if one.measure == "backup.age"]
    return ages, books.remarks.get("backup", [])


def test_the_age_is_that_of_the_newest_good_backup(cast: Cast) -> None:
    plan = plan_for(cast.phone_system)
    backup_of(plan, NOW - 50 * HOUR)
    backup_of(plan, NOW - 26 * HOUR, level=3, proven_at=NOW - timedelta(days=4))
    backup_of(plan, NOW - 2 * HOUR, state="failed", level=0)
    backup_of(plan, NOW - HOUR, damaged_at=NOW)
    assert told(cast.phone_system) == (
        [26.0],
        [
            "12.0 MB, restored in a rehearsal.",
            "1 failed in this time.",
            "Last proven restorable on 26 Jun 2026.",
        ],
    )


def test_without_a_good_one_the_age_counts_from_the_plan(cast: Cast) -> None:
    plan_for(cast.phone_system, made_at=NOW - 200 * HOUR)
    assert told(cast.phone_system) == ([200.0], ["There is no good backup."])


def test_nothing_is_said_of_a_system_that_nobody_backs_up(cast: Cast) -> None:
    assert told(build_device(cast.market_street, "Gateway")) == ([], [])
