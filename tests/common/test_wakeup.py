"""Hints to the workers: after the commit, one for many, and never in the way."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from celery import current_app
from kombu.exceptions import OperationalError

from calcom_portal.common import wakeup

Committing = Callable[..., AbstractContextManager[Any]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect what would go to the broker."""
    names: list[str] = []
    monkeypatch.setattr(wakeup, "_asked", {})
    monkeypatch.setattr(current_app, "send_task", lambda name, **_: names.append(name))
    return names


def test_a_worker_is_asked_once_what_was_written_is_there(
    db: None, sent: list[str], django_capture_on_commit_callbacks: Committing
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        wakeup.wake("notifications.send_notices")
        assert sent == []
    assert sent == ["notifications.send_notices"]


def test_many_hints_within_a_moment_are_one_for_each_task(
    db: None,
    sent: list[str],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Committing,
) -> None:
    moments = iter([5.0, 5.01, 5.05, 5.11])
    monkeypatch.setattr(wakeup, "monotonic", lambda: next(moments))
    for task in ("one", "two", "one", "one"):
        with django_capture_on_commit_callbacks(execute=True):
            wakeup.wake(task)
    assert sent == ["one", "two", "one"]


def test_a_broker_that_is_away_stops_nobody(
    db: None, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Committing
) -> None:
    def gone(name: str, **_: Any) -> None:
        raise OperationalError("Connection refused")

    monkeypatch.setattr(wakeup, "_asked", {})
    monkeypatch.setattr(current_app, "send_task", gone)
    with django_capture_on_commit_callbacks(execute=True):
        wakeup.wake("notifications.send_notices")
