"""Sweepers that die, and sweepers side by side."""

from __future__ import annotations

import random
import time
from datetime import timedelta

import pytest
from django.db import connection

from calcom_portal.embedded import OwnServers
from tests.cast import Cast
from tests.faults.children import kill, running, start, wait_until
from tests.faults.due import build_due_clocks
from tests.faults.work import clocks_due
from tests.faults.world import assert_world
from tickets.sweeps.deadlines import SweepCount, sweep_deadlines

pytestmark = pytest.mark.faults

CLOCKS = 10_000
FEWER = 4_000


def test_sweepers_killed_in_a_loop_decide_every_clock_once(committed_cast: Cast) -> None:
    build_due_clocks(committed_cast, CLOCKS)
    chance = random.Random(20261123)

    kills = 0
    while clocks_due() and kills < 12:
        child = start("sweep")
        time.sleep(chance.uniform(0.05, 0.4))
        kills += kill(child)
    with running("sweep") as last:
        last.wait(120)

    assert kills >= 3
    assert_world(committed_cast)


def test_two_sweepers_share_the_work_and_a_third_finds_nothing(committed_cast: Cast) -> None:
    build_due_clocks(committed_cast, FEWER)

    with running("sweep") as one, running("sweep") as two:
        one.wait(120)
        two.wait(120)

    assert sweep_deadlines() == SweepCount()
    assert_world(committed_cast)


def test_a_thousand_sweeps_of_an_idle_portal_write_nothing(committed_cast: Cast) -> None:
    build_due_clocks(committed_cast, 20)
    sweep_deadlines()

    for _ in range(1000):
        assert sweep_deadlines() == SweepCount()

    assert_world(committed_cast)


def test_postgresql_crashing_in_the_middle_costs_time_only(
    committed_cast: Cast, own_servers: OwnServers
) -> None:
    build_due_clocks(committed_cast, FEWER)

    with running("sweep") as one, running("sweep") as two:
        for _ in range(2):
            time.sleep(0.4)
            own_servers.postgres.restart_immediately()
        wait_until(lambda: one.poll() is not None and two.poll() is not None, timedelta(minutes=2))
    # This process's own connection died with the server.
    connection.close()
    # A sweep does not wait for the disk: what the crash undid of it is decided again.
    sweep_deadlines()

    assert sweep_deadlines() == SweepCount()
    assert_world(committed_cast)
