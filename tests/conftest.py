"""Fixtures that every test may use. The database plug-in is `tests.database`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.conf import settings

from contracts.promised import forget_promises
from tests.cast import Cast, build_cast
from tests.servers import TestServers
from tests.stage import DatabaseTime

MOVABLE_CLOCK = """
CREATE OR REPLACE FUNCTION portal_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT coalesce(
        nullif(current_setting('portal.test_now', true), '')::timestamptz, clock_timestamp())
$$
"""


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


def _needs_database(item: Any) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db") or fixtures & {"db", "committed_db"})


@pytest.fixture
def cast(db: None) -> Cast:
    """Give the people of the tests, inside a transaction that is rolled back."""
    return build_cast()


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
def files_in_a_place_of_their_own(settings: Any, tmp_path: Path) -> None:
    """Keep uploads and demo mail of a test out of var/."""
    settings.FILES_DIR = tmp_path / "files"
    settings.JOBS_DIR = tmp_path / "jobs"
    settings.BACKUP_STORE = str(tmp_path / "backups")
    settings.REHEARSALS_DIR = str(tmp_path / "rehearsals")
    settings.MAIL_DIR = tmp_path / "mail"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
