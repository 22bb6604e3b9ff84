"""The bell: hints of the database reach the workers, also after the database was away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from queue import Empty, Queue
from threading import Event

import pytest
from celery import Celery
from django.db import connection
from kombu.exceptions import OperationalError

from calcom_portal import bell, celery
from calcom_portal.common.wakeup import CHANNEL

SEND, SWEEP = "notifications.send_notices", "tickets.sweep_deadlines"
# In seconds; a hint is there in a few milliseconds.
PATIENCE = 10


@pytest.fixture
def rung(committed_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Queue[str]]:
    """Hang the bell up, and return what it rings for."""
    names: Queue[str] = Queue()
    monkeypatch.setattr(bell, "PAUSE", 0.05)
    ended = Event()
    thread = bell.hang_up(names.put, ended)
    # Until it listens, nothing is heard: ask until the first hint arrives.
    hint_until(SWEEP, names)
    yield names
    ended.set()
    hint(SWEEP)
    thread.join(PATIENCE)
    assert not thread.is_alive()


def hint(task: str) -> None:
    """Say a task's name on the channel."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, task])


def hint_until(task: str, names: Queue[str]) -> None:
    """Say a name until the bell rings for it."""
    heard = ""
    while heard != task:
        hint(task)
        with suppress(Empty):
            heard = names.get(timeout=0.05)


def next_but_sweeps(names: Queue[str]) -> str:
    """Return the first name that was not rung for while the bell was being hung up."""
    while (name := names.get(timeout=PATIENCE)) == SWEEP:
        pass
    return name


def test_a_hint_rings_for_its_task(rung: Queue[str]) -> None:
    hint(SEND)
    assert next_but_sweeps(rung) == SEND


def test_a_word_that_is_no_task_rings_for_nothing(rung: Queue[str]) -> None:
    hint("notifications.send_everything")
    hint(SEND)
    assert next_but_sweeps(rung) == SEND


def test_it_listens_again_once_the_database_is_back(rung: Queue[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN %%' AND pid <> %s",
            [connection.connection.info.backend_pid],
        )
        assert cursor.fetchone() == (1,)
    hint_until(SEND, rung)


def test_a_broker_that_is_away_stops_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise OperationalError("Connection refused")

    monkeypatch.setattr(Celery, "send_task", gone)
    celery.ring(SEND)
    assert f"bell.lost task={SEND}" in caplog.text
