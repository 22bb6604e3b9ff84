"""Hints to the workers: after the commit, one for many, and never in the way."""

from __future__ import annotations

import logging
import select
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from typing import Any

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction

from calcom_portal.common import wakeup

Committing = Callable[..., AbstractContextManager[Any]]
Heard = Callable[[], list[str]]
# In seconds. Within one machine a hint is there in less than one of them.
PATIENCE = 5


@pytest.fixture(autouse=True)
def _nobody_was_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wakeup, "_asked", {})


@pytest.fixture
def heard(committed_db: None) -> Iterator[Heard]:
    """Return what a listener has heard by now; it waits for something."""
    with closing(psycopg2.connect(**connection.get_connection_params())) as wire:
        wire.autocommit = True
        wire.cursor().execute(f"LISTEN {wakeup.CHANNEL}")

        def listen() -> list[str]:
            # What was said before this is heard before it.
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_notify(%s, 'end')", [wakeup.CHANNEL])
            while not wire.notifies or wire.notifies[-1].payload != "end":
                assert select.select([wire], [], [], PATIENCE)[0]
                wire.poll()
            names = [hint.payload for hint in wire.notifies[:-1]]
            wire.notifies.clear()
            return names

        yield listen


def test_a_worker_is_asked_once_what_was_written_is_there(heard: Heard) -> None:
    with transaction.atomic():
        wakeup.wake("notifications.send_notices")
    assert heard() == ["notifications.send_notices"]


def test_what_is_rolled_back_asks_nobody(heard: Heard) -> None:
    with transaction.atomic():
        wakeup.wake("notifications.send_notices")
        transaction.set_rollback(True)
    assert heard() == []


def test_many_hints_within_a_moment_are_one_for_each_task(
    heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter([5.0, 5.01, 5.05, 5.11])
    monkeypatch.setattr(wakeup, "monotonic", lambda: next(moments))
    for task in ("one", "two", "one", "one"):
        wakeup.wake(task)
    assert heard() == ["one", "two", "one"]


def test_a_database_that_goes_away_after_the_commit_stops_nobody(
    db: None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: Committing,
) -> None:
    def gone() -> None:
        raise DatabaseError("server closed the connection unexpectedly")

    with django_capture_on_commit_callbacks() as callbacks:
        wakeup.wake("notifications.send_notices")
    with monkeypatch.context() as broken, caplog.at_level(logging.WARNING):
        broken.setattr(connection, "cursor", gone)
        for send in callbacks:
            send()
    assert "wakeup.lost task=notifications.send_notices" in caplog.text
