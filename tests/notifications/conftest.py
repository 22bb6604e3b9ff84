"""Fixtures of the outbox's tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from notifications import kinds
from notifications.kinds import NoticeKind
from tests.notifications.drafts import ALERT, NEWS, NOTE
from tests.notifications.smtp_sink import Sink, running_sink


@pytest.fixture(autouse=True)
def kinds_of_the_tests(monkeypatch: pytest.MonkeyPatch) -> dict[str, NoticeKind]:
    """Register three kinds of our own, so that no other app's words matter here."""
    known = dict(kinds._kinds) | {kind.code: kind for kind in (NEWS, NOTE, ALERT)}
    monkeypatch.setattr(kinds, "_kinds", known)
    return known


@pytest.fixture(autouse=True)
def templates_of_the_tests(settings: Any, request: pytest.FixtureRequest) -> None:
    """Find the templates of those kinds."""
    templates = [dict(engine) for engine in settings.TEMPLATES]
    folder = request.config.rootpath / "tests" / "notifications" / "templates"
    templates[0]["DIRS"] = [*templates[0]["DIRS"], folder]
    settings.TEMPLATES = templates


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """Give a mail server, and point the portal at it."""
    with running_sink() as server:
        settings.EMAIL_BACKEND = "notifications.channels.mail.SmtpBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = server.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 5
        yield server
