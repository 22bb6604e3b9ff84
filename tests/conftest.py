"""Fixtures that every test may use. The database plug-in is `tests.database`."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from contracts.promised import forget_promises
from tests.cast import Cast, build_cast
from tests.kept_cast import KeptCast, keep_cast
from tests.servers import TestServers
from tests.stage import DatabaseTime

MOVABLE_CLOCK = """
CREATE OR REPLACE FUNCTION portal_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT coalesce(
        nullif(current_setting('portal.test_now', true), '')::timestamptz, clock_timestamp())
$$
"""


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Leave out of every sweep for garbage what stays to the end: modules, and 10,000 tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Nothing: `tests.database` made the database."""


@pytest.fixture(scope="session", autouse=True)
def movable_clock(request: pytest.FixtureRequest) -> None:
    """Let tests move the database's clock; in production its body is plain clock_timestamp()."""
    if not any(_needs_database(item) for item in request.session.items):
        return
    request.getfixturevalue("django_db_setup")
    servers: TestServers = request.getfixturevalue("servers")
    owner = psycopg2.connect(servers.owner_url())
    with owner, owner.cursor() as cursor:
        cursor.execute(MOVABLE_CLOCK)
    owner.close()


@pytest.fixture(scope="session", autouse=True)
def static_files_on_demand() -> None:
    """Look static files up when they are asked for: each client's middleware would read all."""
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(scope="session", autouse=True)
def passwords_are_hashed_lightly() -> None:
    """Hash with Argon2 as in production, but without its 160 ms of hard work each time."""
    hasher = Argon2PasswordHasher
    hasher.time_cost, hasher.memory_cost, hasher.parallelism = 1, 8, 1


def _needs_database(item: Any) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db") or fixtures & {"db", "committed_db"})


@pytest.fixture(scope="session", autouse=True)
def kept_cast(
    request: pytest.FixtureRequest, movable_clock: None, django_db_blocker: Any
) -> KeptCast | None:
    """Keep the cast before any test: a world of a module may hold a transaction open later."""
    if not any(_needs_database(item) for item in request.session.items):
        return None
    with django_db_blocker.unblock():
        return keep_cast(request.getfixturevalue("servers"))


@pytest.fixture
def cast(db: None, kept_cast: KeptCast) -> Cast:
    """Give the people of the tests, inside a transaction that is rolled back."""
    return kept_cast.enter()


@pytest.fixture
def committed_cast(committed_db: None) -> Cast:
    """Give the people of the tests, committed: for threads and processes."""
    return build_cast()


@pytest.fixture
def database_time(request: pytest.FixtureRequest) -> Iterator[DatabaseTime]:
    """Let the test move the time that decides."""
    time = DatabaseTime()
    yield time
    time.stop()


@pytest.fixture(autouse=True)
def nothing_kept_from_other_tests() -> None:
    """Empty the caches by row number: databases of tests number their rows from one again."""
    forget_promises()


@pytest.fixture(autouse=True)
def files_in_a_place_of_their_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep uploads and demo mail of a test out of var/.

    Set as they are, not overridden: nobody waits for a signal of them, and 12 for each test cost.
    """
    places = {
        "FILES_DIR": tmp_path / "files",
        "JOBS_DIR": tmp_path / "jobs",
        "BACKUP_STORE": str(tmp_path / "backups"),
        "REHEARSALS_DIR": str(tmp_path / "rehearsals"),
        "MAIL_DIR": tmp_path / "mail",
        "EMAIL_FILE_PATH": tmp_path / "mail",
    }
    for name, place in places.items():
        monkeypatch.setattr(settings, name, place, raising=False)
