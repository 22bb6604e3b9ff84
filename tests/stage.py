"""Helpers of the tests: acting as somebody, moving the database's time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

import time_machine
from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client, RequestFactory

from accounts.identity import viewer_scope
from accounts.models import User
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import Scope


def acting(viewer: Viewer) -> AbstractContextManager[Scope]:
    """Return the scope in which the viewer's requests run."""
    return viewer_scope(viewer)


def browser_of(viewer: Viewer) -> Client:
    """Return a test client in which the viewer is signed in."""
    assert viewer.user_id is not None
    client = Client()
    client.force_login(get_user_model().objects.get(pk=viewer.user_id))
    return client


def browser_of_operator(user: User, *, proved: bool = True) -> Client:
    """Return a test client of an operator who has (or has not) proved a second step in it."""
    client = Client()
    client.force_login(user)
    request = RequestFactory().get("/")
    request.session, request.user = client.session, user
    if proved:
        record_authentication(request, user, method="mfa", type="totp")
        request.session.save()
    return client


class DatabaseTime:
    """Moves `portal_now()` of this test's connection, and Python's own clock with it."""

    def __init__(self) -> None:
        self._travel: time_machine.travel | None = None

    def set(self, instant: str | datetime) -> datetime:
        """Stand at `instant` (ISO with an offset, or aware) from now on."""
        moment = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
        assert moment.tzinfo is not None
        self.stop()
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('portal.test_now', %s, false)", [moment.isoformat()])
        self._travel = time_machine.travel(moment, tick=False)
        self._travel.start()
        return moment

    def stop(self) -> None:
        """Let the time run again."""
        if self._travel is not None:
            self._travel.stop()
            self._travel = None
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('portal.test_now', '', false)")


@contextmanager
def at(database_time: DatabaseTime, instant: str, viewer: Viewer) -> Iterator[Scope]:
    """Act as the viewer at an instant."""
    database_time.set(instant)
    with acting(viewer) as scope:
        yield scope
