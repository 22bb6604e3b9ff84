"""The monthly health check tells of backups (item 9)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from calcom_portal.common.tenancy import provider_scope, system_scope
from contracts.models import Device
from monitoring.health_books import Stretch, books_of
from tests.builders import build_device
from tests.cast import Cast
from tests.upkeep.backups.rows import backup_of, plan_for
from upkeep.models import Backup

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


def judged_by(device: Device, measure: str) -> list[float]:
    """Return the values of one measure."""
    with system_scope("a test reads the books"):
        books = books_of(device, Stretch(NOW - timedelta(days=30), NOW))
    return [round(one.value, 1) for one in books.readings if one.measure == measure]


@pytest.mark.parametrize(
    ("every_hours", "expected_hours", "age", "late"),
    [
        (24, 216, 23, 0),
        (24, 216, 48, 24),
        (24, 216, 168, 144),
        (168, 216, 168, 0),
        (168, 216, 192, 24),
        (None, 216, 240, 24),
        (None, 800, 240, 0),
    ],
)
def test_how_late_a_backup_is_depends_on_its_plan(
    cast: Cast, every_hours: int | None, expected_hours: int, age: int, late: float
) -> None:
    fields = {"every_hours": every_hours, "expected_hours": expected_hours}
    backup_of(plan_for(cast.phone_system, **fields), NOW - age * HOUR)
    assert judged_by(cast.phone_system, "backup.late") == [late]


def test_a_backup_without_a_plan_is_late_after_nine_days(cast: Cast) -> None:
    gateway = build_device(cast.market_street, "Gateway")
    made = backup_of(plan_for(gateway), NOW - 240 * HOUR)
    with provider_scope(provider_id=cast.calcom.pk):
        Backup.objects.filter(pk=made.pk).update(device=cast.phone_system, plan=None)
    assert judged_by(cast.phone_system, "backup.late") == [24.0]
    assert judged_by(cast.phone_system, "backup.drill") == []


def test_a_backup_that_shrank_is_seen_beside_that_of_a_month_ago(cast: Cast) -> None:
    plan = plan_for(cast.phone_system)
    backup_of(plan, NOW - timedelta(days=31), plain_bytes=80_000_000, state="gone")
    backup_of(plan, NOW - timedelta(days=2), plain_bytes=10)
    backup_of(plan, NOW - HOUR, plain_bytes=40_000_000)
    assert judged_by(cast.phone_system, "backup.size") == [50.0]


def test_a_rehearsal_counts_from_the_last_that_went_well_else_from_the_plan(cast: Cast) -> None:
    plan = plan_for(cast.phone_system, made_at=NOW - timedelta(days=100))
    backup_of(plan, NOW - HOUR)
    assert judged_by(cast.phone_system, "backup.drill") == [100.0]
    backup_of(plan, NOW - 2 * HOUR, proven_at=NOW - timedelta(days=4))
    assert judged_by(cast.phone_system, "backup.drill") == [4.0]
    still = plan_for(build_device(cast.market_street, "Gateway"), rehearses=False)
    assert judged_by(still.device, "backup.drill") == []


def test_nothing_is_said_of_a_system_that_nobody_backs_up(cast: Cast) -> None:
    assert told(build_device(cast.market_street, "Gateway")) == ([], [])
