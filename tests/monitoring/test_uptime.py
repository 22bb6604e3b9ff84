"""Days and answer times as they are read from the rollups."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitoring.models import Check, Step
from monitoring.uptime import POINTS, answer_times_of, uptime_of
from tests.builders import build_device
from tests.cast import Cast
from tests.monitoring.watched import tell_day, watch
from tests.stage import DatabaseTime, acting

DAY = timedelta(days=1)
NOON = "2026-06-15T12:07:00+00:00"
MIDNIGHT = "2026-06-15T00:00:00+00:00"


@pytest.fixture
def check(cast: Cast, database_time: DatabaseTime) -> Check:
    database_time.set(NOON)
    return watch(cast.phone_system)


def test_days_without_a_rollup_are_there_and_empty(cast: Cast, check: Check) -> None:
    with acting(cast.dana):
        days = uptime_of([check.pk], 3)[check.pk]
    assert [day.day for day in days] == [date(2026, 6, 13), date(2026, 6, 14), date(2026, 6, 15)]
    assert {day.kind.value for day in days} == {"idle"}


def test_a_closed_day_is_read_from_its_rollup_and_today_from_the_small_steps(
    cast: Cast, check: Check
) -> None:
    with acting(cast.dana) as scope:
        midnight = scope.now.replace(hour=0, minute=0)
    tell_day(check, midnight - 2 * DAY, up_seconds=86_100, down_seconds=300, took_p95_us=900)
    five = timedelta(minutes=5)
    for at, up in ((midnight - five, 300), (midnight, 300), (midnight + five, 240)):
        tell_day(check, at, Step.FIVE_MINUTES, up_seconds=up, down_seconds=300 - up)

    with acting(cast.dana):
        days = uptime_of([check.pk], 3)[check.pk]

    told = [(day.up.total_seconds(), day.down.total_seconds(), day.slow_us) for day in days]
    assert told == [(86_100, 300, 900), (300, 0, None), (540, 60, None)]


def test_a_closed_days_rollup_wins_over_its_small_steps(cast: Cast, check: Check) -> None:
    with acting(cast.dana) as scope:
        yesterday = scope.now.replace(hour=0, minute=0) - DAY
    tell_day(check, yesterday, up_seconds=86_400)
    tell_day(check, yesterday, Step.FIVE_MINUTES, down_seconds=300)
    with acting(cast.dana):
        assert uptime_of([check.pk], 2)[check.pk][0].up == DAY


def test_answer_times_are_a_point_a_quarter_hour(cast: Cast, check: Check) -> None:
    with acting(cast.dana) as scope:
        now = scope.now
    five = timedelta(minutes=5)
    tell_day(check, now - five, Step.FIVE_MINUTES, took_p50_us=4_000)
    tell_day(check, now - 2 * five, Step.FIVE_MINUTES, took_p50_us=9_000)
    tell_day(check, now - timedelta(hours=25), Step.FIVE_MINUTES, took_p50_us=1)

    with acting(cast.dana):
        line = answer_times_of([check.pk])[check.pk]

    assert len(line) == POINTS == 96
    assert line[-1] == 9_000
    assert set(line[:-1]) == {None}


def test_many_checks_cost_as_many_queries_as_one(cast: Cast, check: Check) -> None:
    others = [watch(build_device(cast.market_street, f"Phone {one}")).pk for one in range(5)]
    with acting(cast.dana), CaptureQueriesContext(connection) as captured:
        uptime_of([check.pk, *others], 90)
        answer_times_of([check.pk, *others])
    assert len(captured) == 3


def test_another_tenant_reads_nothing(cast: Cast, check: Check) -> None:
    with acting(cast.dana) as scope:
        tell_day(check, scope.now - 2 * DAY, up_seconds=86_400)
    with acting(cast.nora):
        assert {day.kind.value for day in uptime_of([check.pk], 5)[check.pk]} == {"idle"}
