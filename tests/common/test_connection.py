"""The health check of a connection to PostgreSQL: seldom a round trip, never blind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.backends.postgresql import base

from calcom_portal.postgresql.base import TRUST, DatabaseWrapper

pytestmark = pytest.mark.django_db


@pytest.fixture
def idle() -> Iterator[DatabaseWrapper]:
    """Give a connection of its own, as it waits between two requests."""
    kept = {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    wrapper = DatabaseWrapper(connection.settings_dict | kept)
    wrapper.ensure_connection()
    try:
        yield wrapper
    finally:
        wrapper.close()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[DatabaseWrapper]:
    """Note which connections Django asks whether they work."""
    seen: list[DatabaseWrapper] = []
    ask = base.DatabaseWrapper.is_usable

    def noted(self: DatabaseWrapper) -> bool:
        seen.append(self)
        return bool(ask(self))

    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", noted)
    return seen


def begin_request(wrapper: DatabaseWrapper) -> int:
    """Do what Django does between requests, and return the number of the server's process."""
    wrapper.close_if_unusable_or_obsolete()
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def end_of(process: int) -> None:
    """Have the server end a connection, as its restart does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [process])


def test_a_connection_that_answered_a_moment_ago_is_not_asked(
    idle: DatabaseWrapper, asked: list[DatabaseWrapper]
) -> None:
    assert len({begin_request(idle) for _ in range(3)}) == 1
    assert asked == []


def test_after_a_while_it_is_asked_once_and_trusted_again(
    idle: DatabaseWrapper, asked: list[DatabaseWrapper]
) -> None:
    idle._answered_at -= TRUST
    assert len({begin_request(idle) for _ in range(3)}) == 1
    assert asked == [idle]


def test_after_an_error_it_is_asked(idle: DatabaseWrapper, asked: list[DatabaseWrapper]) -> None:
    idle.errors_occurred = True
    begin_request(idle)
    assert (asked, idle.errors_occurred) == ([idle], False)


def test_a_connection_that_the_server_ended_is_replaced_before_anybody_notices(
    idle: DatabaseWrapper,
) -> None:
    first = begin_request(idle)
    end_of(first)
    assert begin_request(idle) != first


def test_a_connection_closed_here_is_not_trusted(idle: DatabaseWrapper) -> None:
    idle.connection.close()
    assert not idle.is_usable()
