"""The broker is emptied again and again under the real worker and beat; and beat is away."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import redis

from calcom_portal.processes import PROCESSES
from calcom_portal.settings import REDIS_URL, VAR_DIR
from tests.cast import Cast
from tests.faults.children import wait_until
from tests.faults.due import build_due_clocks
from tests.faults.work import clocks_due, notices_due
from tests.faults.world import assert_all_sent, assert_world
from tests.notifications.smtp_sink import running_sink
from tests.stage import acting
from tests.tickets.helpers import request_of
from tickets.actions import open_ticket

pytestmark = pytest.mark.faults

ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def running_workers(mail_url: str, names: tuple[str, ...] = ("worker", "beat")) -> Iterator[None]:
    """Run worker and beat with the very commands of production."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    variables = os.environ | {"PATH": path, "MAIL_URL": mail_url}
    with ExitStack() as stack:
        for process in PROCESSES:
            if process.name in names:
                child = subprocess.Popen(process.command, env=variables, cwd=ROOT)
                stack.callback(child.wait, 30)
                stack.callback(child.terminate)
        yield


def test_a_broker_that_is_emptied_every_second_loses_nothing(committed_cast: Cast) -> None:
    broker = redis.Redis.from_url(REDIS_URL)
    with running_sink() as sink, running_workers(f"smtp://127.0.0.1:{sink.port}"):
        build_due_clocks(committed_cast, 200)
        for _ in range(12):
            with acting(committed_cast.elena):
                open_ticket(request=request_of(committed_cast), actor=committed_cast.elena)
            broker.flushdb()
            time.sleep(1)

        wait_until(lambda: not clocks_due() and not notices_due(), timedelta(minutes=2))

    assert_world(committed_cast)
    assert_all_sent(committed_cast, sink.taken, kills=0)


def test_mails_leave_while_beat_is_away_because_the_database_rings_the_bell(
    committed_cast: Cast,
) -> None:
    with running_sink() as sink, running_workers(f"smtp://127.0.0.1:{sink.port}", ("worker",)):

        def reported_and_told() -> bool:
            # A worker that is not up yet hears nothing, and there is no beat to ask it later.
            with acting(committed_cast.elena):
                open_ticket(request=request_of(committed_cast), actor=committed_cast.elena)
            time.sleep(1)
            return bool(sink.taken)

        wait_until(reported_and_told, timedelta(minutes=1))
        wait_until(lambda: not notices_due(), timedelta(seconds=10))

    assert_all_sent(committed_cast, sink.taken, kills=0)
