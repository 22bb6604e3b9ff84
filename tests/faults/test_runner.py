"""A runner that dies, a database that goes away, a clock that is set: no gap, nothing twice."""

from __future__ import annotations

import socket
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import psycopg2
import pytest
from django.db import connection

from calcom_portal.common.tenancy import database_now, system_scope
from calcom_portal.embedded import OwnServers
from monitoring.models import Check, Incident, Result, StateChange
from monitoring.runner.schedule import CATCH_UP_WITHIN
from monitoring.sweeps.follow_changes import follow_changes
from tests.builders import build_contract
from tests.cast import Cast
from tests.conftest import MOVABLE_CLOCK
from tests.faults.children import wait_until
from tests.faults.equipment import EVERY, PhoneSystem, build_checks, running_runner
from tests.servers import TestServers
from tickets.models import Ticket

pytestmark = pytest.mark.faults

CHECKS = 40
AWAY = 60.0
ROUND = timedelta(seconds=EVERY + 15)
AN_HOUR_LATER = """
CREATE OR REPLACE FUNCTION portal_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT clock_timestamp() + interval '{} hours'
$$
"""


def gaps() -> list[float]:
    """Return the longest time between two results of each check, in seconds."""
    by_check: dict[int, list[datetime]] = defaultdict(list)
    with system_scope("a test looks for gaps"):
        for check_id, at in Result.objects.order_by("at").values_list("of_check_id", "at"):
            by_check[check_id].append(at)
    assert len(by_check) == CHECKS
    return [
        max(((later - earlier).total_seconds() for earlier, later in pairwise(instants)), default=0)
        for instants in by_check.values()
    ]


def results() -> int:
    with system_scope("a test counts"):
        return Result.objects.count()


def changes() -> list[tuple[str, str]]:
    with system_scope("a test looks at changes"):
        return list(StateChange.objects.values_list("was", "became"))


def test_a_killed_runner_leaves_no_gap_over_one_interval_and_no_change_twice(
    committed_cast: Cast,
) -> None:
    with PhoneSystem() as equipment:
        build_checks(committed_cast, equipment.port, CHECKS)
        with running_runner() as first:
            first.asks(CHECKS)
            wait_until(lambda: results() >= CHECKS + 10, ROUND)
            first.kill()
            died = time.monotonic()
        with running_runner() as second:
            second.asks(CHECKS)
            away = time.monotonic() - died
            before = results()
            wait_until(lambda: results() >= before + CHECKS, ROUND)
            assert second.stop() == 0
    assert max(gaps()) <= max(EVERY, away) + CATCH_UP_WITHIN + 1
    assert changes() == [("pending", "up")] * CHECKS


def silent_check(cast: Cast) -> Check:
    """Build a check that was up, of equipment that answers no more; its turn has come."""
    build_contract(cast.bayview, site=cast.market_street, clauses=["MONITOR"])
    with socket.socket(type=socket.SOCK_DGRAM) as gone:
        gone.bind(("127.0.0.1", 0))
        (check,) = build_checks(cast, gone.getsockname()[1], 1)
    with system_scope("a test says how it stood"):
        earlier = database_now() - timedelta(seconds=EVERY)
        Check.objects.filter(pk=check.pk).update(
            state="up", settled="up", since=earlier, last_at=earlier, failures=3
        )
    return check


def is_in(check: Check, state: str) -> bool:
    with system_scope("a test looks at a state"):
        return Check.objects.filter(pk=check.pk, state=state).exists()


@pytest.mark.parametrize("state", ["suspect", "down"])
def test_a_runner_killed_during_an_outage_and_started_again_makes_one_incident_and_one_ticket(
    committed_cast: Cast, state: str
) -> None:
    check = silent_check(committed_cast)
    with running_runner() as first:
        wait_until(lambda: is_in(check, state), ROUND)
        first.kill()
    follow_changes()
    before = results()
    with running_runner() as second:
        wait_until(lambda: is_in(check, "down") and results() > before, ROUND)
        assert second.stop() == 0
    follow_changes()
    follow_changes()
    assert changes() == [("up", "suspect"), ("suspect", "down")]
    with system_scope("a test counts outages"):
        (incident,) = Incident.objects.all()
        (ticket,) = Ticket.objects.all()
        assert (incident.of_check_id, incident.ticket_id) == (check.pk, ticket.pk)


def test_a_second_runner_takes_over_and_nothing_is_asked_twice_as_often(
    committed_cast: Cast,
) -> None:
    with PhoneSystem() as equipment:
        build_checks(committed_cast, equipment.port, CHECKS)
        with running_runner() as first, running_runner() as second:
            wait_until(lambda: first.figure("shards") == second.figure("shards") == 8, ROUND)
            wait_until(lambda: results() >= CHECKS, ROUND)
            # All checks are of one customer, so one of the two asks them.
            asking, idle = (first, second) if first.figure("checks") else (second, first)
            assert idle.figure("checks") == 0
            asking.kill()
            idle.asks(CHECKS)
            before = results()
            wait_until(lambda: results() >= before + CHECKS, ROUND)
    assert changes() == [("pending", "up")] * CHECKS


def test_what_is_heard_while_the_database_is_away_is_written_when_it_is_back(
    committed_cast: Cast, own_servers: OwnServers
) -> None:
    with PhoneSystem() as equipment:
        build_checks(committed_cast, equipment.port, CHECKS)
        with running_runner() as runner:
            runner.asks(CHECKS)
            wait_until(lambda: results() >= CHECKS + 5, ROUND)
            connection.close()
            with system_scope("a test knows the time"):
                gone = database_now()
            connection.close()
            assert own_servers.postgres.server is not None
            own_servers.postgres.server.stop()
            time.sleep(AWAY)
            assert runner.figure("database_up") == 0
            assert runner.figure("rows_waiting") > 0
            own_servers.postgres.start()
            wait_until(
                lambda: runner.figure("database_up") == 1 and runner.figure("rows_waiting") == 0,
                timedelta(seconds=30),
            )
            assert runner.process.poll() is None
    with system_scope("a test looks at the time without the database"):
        back = gone + timedelta(seconds=AWAY)
        meanwhile = Result.objects.filter(at__gt=gone, at__lt=back, outcome=0).count()
    # One check in each 0.75 s.
    assert meanwhile >= AWAY / EVERY * CHECKS * 0.7
    assert max(gaps()) <= EVERY + 2
    assert changes() == [("pending", "up")] * CHECKS


@pytest.fixture
def database_clock(servers: TestServers) -> Iterator[psycopg2.extensions.cursor]:
    """Give a cursor that may set the database's clock; it is right again afterwards."""
    owner = psycopg2.connect(servers.owner_url())
    owner.autocommit = True
    cursor = owner.cursor()
    yield cursor
    cursor.execute(MOVABLE_CLOCK)
    owner.close()


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_is_set_changes_no_rhythm_and_no_state(
    committed_cast: Cast, database_clock: psycopg2.extensions.cursor, hours: int
) -> None:
    with PhoneSystem() as equipment:
        build_checks(committed_cast, equipment.port, CHECKS)
        with running_runner() as runner:
            runner.asks(CHECKS)
            wait_until(lambda: results() >= CHECKS + 5, ROUND)
            database_clock.execute(AN_HOUR_LATER.format(hours))
            before, began = results(), time.monotonic()
            wait_until(lambda: results() >= before + CHECKS, ROUND)
            took = time.monotonic() - began
            assert runner.figure("clock_jumps_total") == 1
            assert EVERY * 0.8 < took < EVERY * 1.2
            assert runner.stop() == 0
    assert changes() == [("pending", "up")] * CHECKS
