"""From single results to five minutes and days."""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg2
import pytest
from django.db import IntegrityError

from calcom_portal.common.tenancy import database_now, provider_scope, system_scope
from contracts.models import Device
from monitoring.models import (
    Check,
    Maintenance,
    ProbeRequest,
    Result,
    ResultCode,
    Rollup,
    StateChange,
    Step,
)
from monitoring.sweeps.forget_results import forget_results
from monitoring.sweeps.roll_up import FIVE, roll_up
from tests.cast import Cast
from tests.monitoring.builders import build_check
from tests.servers import TestServers
from tests.stage import DatabaseTime

TEN = datetime.fromisoformat("2026-06-15T10:00:00+00:00")
DOWN = ResultCode.DEAD


def later(minutes: float) -> datetime:
    return TEN + timedelta(minutes=minutes)


@pytest.fixture
def check(cast: Cast, database_time: DatabaseTime) -> Check:
    """Give a check that is up since before ten and answered at each minute until 10:05."""
    database_time.set(later(-60))
    made = build_check(cast.phone_system)
    changes(made, (-50, "up"))
    answers(made, 0, 5)
    return made


def changes(check: Check, *told: tuple[float, str]) -> None:
    with system_scope("a test tells what happened"):
        for minutes, became in told:
            StateChange.objects.create(
                provider_id=check.provider_id,
                customer_id=check.customer_id,
                of_check=check,
                at=later(minutes),
                was="pending",
                became=became,
            )


def answers(check: Check, start: int, end: int, code: int = ResultCode.ALIVE) -> None:
    with system_scope("a test tells what happened"):
        Result.objects.bulk_create(
            Result(
                provider_id=check.provider_id,
                customer_id=check.customer_id,
                of_check=check,
                at=later(minute + 0.5),
                outcome=code,
                took_us=1000 * (abs(minute) + 1),
            )
            for minute in range(start, end)
        )


def rolled(check: Check, database_time: DatabaseTime, at: float = 6) -> Rollup:
    """Return the rollup of the five minutes from ten."""
    database_time.set(later(at))
    roll_up()
    with provider_scope(provider_id=check.provider_id):
        return Rollup.objects.get(of_check=check, step="5m", starts_at=TEN)


def seconds(row: Rollup) -> tuple[int, int, int, int]:
    return row.up_seconds, row.down_seconds, row.unknown_seconds, row.maintenance_seconds


def test_five_good_minutes(check: Check, database_time: DatabaseTime) -> None:
    row = rolled(check, database_time)
    assert seconds(row) == (300, 0, 0, 0)
    assert (row.alive, row.dead) == (5, 0)
    assert (row.took_p50_us, row.took_p95_us, row.took_max_us) == (3000, 5000, 5000)
    assert row.customer_id == check.customer_id


def test_an_outage_counts_from_its_first_failure_until_it_is_proven_over(
    check: Check, database_time: DatabaseTime
) -> None:
    changes(check, (1, "suspect"), (2, "down"), (3, "recovering"), (4, "up"))
    assert seconds(rolled(check, database_time)) == (120, 180, 0, 0)


def test_a_lost_answer_that_nothing_followed_is_no_outage(
    check: Check, database_time: DatabaseTime
) -> None:
    changes(check, (1, "suspect"), (2, "up"))
    assert seconds(rolled(check, database_time)) == (300, 0, 0, 0)


def test_a_suspicion_at_the_end_counts_as_what_it_came_to(
    check: Check, database_time: DatabaseTime
) -> None:
    changes(check, (4, "suspect"))
    assert seconds(rolled(check, database_time)) == (300, 0, 0, 0)
    changes(check, (5.5, "down"))
    assert seconds(rolled(check, database_time, at=11)) == (240, 60, 0, 0)


def test_what_could_not_be_asked_is_unknown(check: Check, database_time: DatabaseTime) -> None:
    changes(check, (1, "unknown"), (2, "unreachable"), (4, "up"))
    assert seconds(rolled(check, database_time)) == (120, 0, 180, 0)


def test_time_in_which_nobody_asked_is_unknown_whatever_was_known_before(
    check: Check, database_time: DatabaseTime
) -> None:
    database_time.set(later(16))
    roll_up()
    with provider_scope(provider_id=check.provider_id):
        row = Rollup.objects.get(of_check=check, starts_at=later(10))
    assert seconds(row) == (0, 0, 300, 0)


def test_a_check_every_quarter_of_an_hour_is_known_in_between(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(later(-60))
    slow = build_check(cast.phone_system, every_seconds=900)
    changes(slow, (-50, "up"))
    answers(slow, -10, -9)
    assert seconds(rolled(slow, database_time)) == (300, 0, 0, 0)


def test_a_paused_check_has_no_rollup(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set(later(-60))
    build_check(cast.phone_system, paused_at=later(-30))
    database_time.set(later(6))
    roll_up()
    with provider_scope(provider_id=cast.calcom.pk):
        assert not Rollup.objects.filter(starts_at=TEN).exists()


@pytest.mark.parametrize(
    ("of", "expected"), [("device", (120, 60, 0, 120)), ("other", (180, 120, 0, 0))]
)
def test_planned_work_counts_apart(
    check: Check,
    cast: Cast,
    database_time: DatabaseTime,
    of: str,
    expected: tuple[int, int, int, int],
) -> None:
    changes(check, (1, "down"), (3, "up"))
    with provider_scope(provider_id=cast.calcom.pk):
        device = cast.phone_system
        if of == "other":
            device = Device.objects.create(
                provider=cast.calcom,
                customer=cast.bayview,
                site=cast.market_street,
                name="Switch",
                kind="switch",
            )
        Maintenance.objects.create(
            provider=cast.calcom,
            customer=cast.bayview,
            device=device,
            title="New firmware",
            starts_on=TEN.date(),
            starts_at=later(2).time(),
            zone="UTC",
            minutes=2,
            made_at=database_now(),
        )
    assert seconds(rolled(check, database_time)) == expected


def test_rolling_up_again_changes_nothing_and_late_results_are_taken_in(
    check: Check, database_time: DatabaseTime
) -> None:
    rolled(check, database_time)
    with provider_scope(provider_id=check.provider_id):
        before = Rollup.objects.count()
        late = Result.objects.filter(of_check=check).first()
        assert late is not None
    with system_scope("a result comes late"):
        Result.objects.create(
            provider_id=check.provider_id,
            customer_id=check.customer_id,
            of_check=check,
            at=later(4.9),
            outcome=DOWN,
            took_us=None,
        )
    row = rolled(check, database_time)
    assert (row.alive, row.dead) == (5, 1)
    with provider_scope(provider_id=check.provider_id):
        assert Rollup.objects.count() == before


def test_an_outage_of_our_workers_is_caught_up_with_piece_by_piece(
    check: Check, database_time: DatabaseTime
) -> None:
    rolled(check, database_time)
    database_time.set(later(126))
    first, second = roll_up(most=20), roll_up(most=20)
    assert (first["steps"], second["steps"]) == (20, 8)
    with provider_scope(provider_id=check.provider_id):
        rows = Rollup.objects.filter(step="5m", starts_at__gte=TEN).order_by("starts_at")
        starts = list(rows.values_list("starts_at", flat=True))
    assert starts == [TEN + number * FIVE for number in range(25)]


def test_a_day_is_the_sum_of_its_steps(check: Check, database_time: DatabaseTime) -> None:
    changes(check, (1, "suspect"), (2, "down"), (3, "recovering"), (4, "up"))
    rolled(check, database_time)
    database_time.set("2026-06-16T00:10:00+00:00")
    for _ in range(3):
        roll_up(most=100)
    with provider_scope(provider_id=check.provider_id):
        day = Rollup.objects.get(step=Step.DAY.value)
        begin = datetime.fromisoformat("2026-06-15T00:00:00+00:00")
        assert day.starts_at == begin
        end = begin + timedelta(days=1)
        parts = Rollup.objects.filter(step="5m", starts_at__gte=begin, starts_at__lt=end)
        assert (day.down_seconds, day.alive, day.took_max_us) == (180, 5, 5000)
        assert day.unknown_seconds == sum(parts.values_list("unknown_seconds", flat=True))


def test_what_is_old_is_forgotten_in_time(check: Check, database_time: DatabaseTime) -> None:
    with system_scope("a test remembers"):
        for step, days in (("5m", 91), ("5m", 89), ("day", 1099), ("day", 1097)):
            Rollup.objects.create(
                provider_id=check.provider_id,
                customer_id=check.customer_id,
                of_check=check,
                step=step,
                starts_at=later(0) - timedelta(days=days),
            )
        for hours in (23, 25):
            ProbeRequest.objects.create(
                provider_id=check.provider_id,
                customer_id=check.customer_id,
                device_id=check.device_id,
                purpose="test",
                kind="tcp",
                asked_at=TEN - timedelta(hours=hours),
            )
    database_time.set(TEN)
    gone = forget_results()
    assert (gone["rollups"], gone["requests"]) == (2, 1)


def test_days_get_partitions_of_their_own_and_old_ones_are_dropped(
    committed_cast: Cast, servers: TestServers
) -> None:
    check = build_check(committed_cast.phone_system)
    with system_scope("a test tells what happened"):
        now = database_now()
        for days in (0, 5):
            Result.objects.create(
                provider_id=check.provider_id,
                customer_id=check.customer_id,
                of_check=check,
                at=now + timedelta(days=days),
                outcome=0,
            )
    old = (now - timedelta(days=16)).date()
    forget_results()
    owner = psycopg2.connect(servers.owner_url())
    with owner, owner.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE monitoring_result_{old:%Y%m%d} PARTITION OF monitoring_result"
            f" FOR VALUES FROM ('{old} 00:00+00') TO ('{old + timedelta(days=1)} 00:00+00')"
        )
    assert forget_results()["partitions"] == 1
    with owner, owner.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"monitoring_result_{old:%Y%m%d}"])
        assert cursor.fetchone() == (None,)
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname ~ '^monitoring_result_20.{6}$'")
        assert cursor.fetchone() == (9,)
    owner.close()
    with provider_scope(provider_id=check.provider_id):
        assert Result.objects.count() == 2


def test_a_result_belongs_to_the_customer_of_its_check(check: Check, cast: Cast) -> None:
    with system_scope("a test mixes tenants"), pytest.raises(IntegrityError):
        Result.objects.create(
            provider_id=check.provider_id,
            customer_id=cast.sutter.pk,
            of_check=check,
            at=TEN,
            outcome=0,
        )
