"""A pytest plug-in: every process of the run tests on its own copy of one migrated database.

Loaded by `-p tests.database`, because pytest-django reads the settings before any conftest.py,
and the settings need the addresses of the servers. Tests connect as the app role.
"""

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import django
import psycopg2
import pytest
from django.core.management import call_command
from django.db import connections
from psycopg2 import sql
from psycopg2.extensions import connection

from calcom_portal.embedded import OwnServers
from calcom_portal.provision import APP_ROLE, OWNER_ROLE, autocommit, provision
from tests.servers import TEMPLATE, TestServers, test_servers

_RUNNING = pytest.StashKey[TestServers]()
_TO_STOP = pytest.StashKey[ExitStack]()
# Any number; every process of the run takes the same lock.
_TEMPLATE_LOCK = 20_261_123
_MIGRATED = "migrated"


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start the servers and put their addresses where the settings look for them."""
    stack = ExitStack()
    servers = stack.enter_context(test_servers())
    early_config.stash[_RUNNING] = servers
    early_config.stash[_TO_STOP] = stack
    os.environ.update(servers.environment())
    for optional in (
        "DEBUG",
        "MAIL_URL",
        "OWN_NETWORKS",
        "PORTAL_DEMO",
        "PORTAL_URL",
        "STATIC_FROM_SOURCE",
    ):
        os.environ.pop(optional, None)
    if servers.own is not None and getattr(early_config.known_args_namespace, "numprocesses", None):
        stack.enter_context(_migrating_beside())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers."""
    if _TO_STOP in config.stash:
        config.stash[_TO_STOP].close()


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> TestServers:
    """Give the servers of this run."""
    return request.config.stash[_RUNNING]


@pytest.fixture(scope="session")
def own_servers(servers: TestServers) -> OwnServers:
    """Give the servers to tests that break them; those never run side by side."""
    if servers.own is None:
        pytest.fail("A test that breaks the servers must run without -n.")
    return servers.own


@pytest.fixture(scope="session")
def django_db_setup(servers: TestServers, django_db_blocker: Any) -> None:
    """Make this process's database, in place of pytest-django's own."""
    with django_db_blocker.unblock():
        with autocommit(servers.addresses.database_superuser_url) as admin:
            _have_template(admin)
            _copy_template(admin, servers.database)
            # Rights on a database are not copied with it.
            provision(
                servers.addresses.database_superuser_url,
                owner_url=servers.owner_url(),
                app_url=servers.app_url(),
            )
        _refuse_powerful_role()


@pytest.fixture
def owner_connection(django_db_setup: None, servers: TestServers) -> Iterator[connection]:
    """Give a connection as the owner of the tables. It sees only what is committed."""
    owner = psycopg2.connect(servers.owner_url())
    try:
        yield owner
    finally:
        owner.close()


@pytest.fixture
def committed_db(
    django_db_setup: None, servers: TestServers, django_db_blocker: Any
) -> Iterator[None]:
    """Let a test commit, from several threads or processes; afterwards the tables are emptied.

    In place of `django_db(transaction=True)`, whose flush the app role is rightly refused.
    """
    with autocommit(servers.addresses.database_superuser_url, database=servers.database) as admin:
        filled = _filled_tables(admin)
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            connections.close_all()
            _empty_tables(servers, keep=filled)


@contextmanager
def _migrating_beside() -> Iterator[None]:
    """Migrate the template while the workers collect: afterwards all but one would wait for it."""
    process = subprocess.Popen([sys.executable, "-m", "tests.database"])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _have_template(admin: connection) -> None:
    """Migrate the template, unless another process of the run did; the lock lasts as `admin`."""
    with admin.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_TEMPLATE_LOCK])
    if not _is_migrated(admin):
        _migrate_template(admin)


def _is_migrated(admin: connection) -> bool:
    with admin.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [TEMPLATE],
        )
        return bool(cursor.fetchone() == (_MIGRATED,))


def _migrate_template(admin: connection) -> None:
    owner = connections["owner"]
    own_database = owner.settings_dict["NAME"]
    owner.close()
    owner.settings_dict["NAME"] = TEMPLATE
    # Migrations make 20,000 classes of models; to look for those that went takes as long again.
    gc.disable()
    try:
        call_command("migrate", database="owner", verbosity=0, interactive=False)
    finally:
        gc.enable()
        owner.close()
        owner.settings_dict["NAME"] = own_database
    with admin.cursor() as cursor:
        cursor.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                sql.Identifier(TEMPLATE), sql.Literal(_MIGRATED)
            )
        )


def _copy_template(admin: connection, name: str) -> None:
    with admin.cursor() as cursor:
        # A worker of xdist that crashed is replaced by one of another name, never of the same.
        cursor.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(TEMPLATE), sql.Identifier(OWNER_ROLE)
            )
        )


def _refuse_powerful_role() -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        role = cursor.fetchone()
    connections["default"].close()
    if role != (APP_ROLE, False):
        pytest.exit(f"Tests must connect as {APP_ROLE} without BYPASSRLS, not as {role}.", 3)


def _filled_tables(admin: connection) -> frozenset[str]:
    """Return the tables that hold rows: at the start of a test, those that migrations filled."""
    with admin.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = [name for (name,) in cursor.fetchall()]
        filled = []
        for name in names:
            cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(name)))
            if cursor.fetchone() == (True,):
                filled.append(name)
    return frozenset(filled)


def _empty_tables(servers: TestServers, *, keep: frozenset[str]) -> None:
    url = servers.addresses.database_superuser_url
    # A fresh connection: the test may have restarted the server.
    with autocommit(url, database=servers.database) as admin, admin.cursor() as cursor:
        # Threads and processes of the test may have left transactions that hold locks.
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        if dirty := sorted(_filled_tables(admin) - keep):
            tables = sql.SQL(", ").join(map(sql.Identifier, dirty))
            # The numbers go on: those of the kept cast are taken.
            cursor.execute(sql.SQL("TRUNCATE {} CASCADE").format(tables))


def main() -> None:
    """Migrate the template of the run that started this process."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "calcom_portal.settings"
    django.setup()
    with (
        test_servers() as servers,
        autocommit(servers.addresses.database_superuser_url) as admin,
    ):
        _have_template(admin)
    # To tidy up after the migrations would take longer than all that is left to do: nothing.
    os._exit(0)


if __name__ == "__main__":
    main()
