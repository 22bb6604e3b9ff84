"""The embedded servers: kept data, one user a folder, and no orphans."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg2
import pytest
import redis

from calcom_portal.embedded import FolderInUse, embedded_servers, running_servers
from calcom_portal.embedded.process import start_watchdog
from calcom_portal.provision import autocommit, provision

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def var() -> Iterator[Path]:
    """Give a folder that the account of the server can reach; pytest's own is closed."""
    with TemporaryDirectory(prefix="portal-embedded-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder) / "var"


@contextmanager
def launched(var: Path) -> Iterator[subprocess.Popen[str]]:
    """Run `python -m calcom_portal.embedded` until the end of the block."""
    with subprocess.Popen(
        [sys.executable, "-m", "calcom_portal.embedded", "--var", str(var)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as launcher:
        try:
            yield launcher
        finally:
            launcher.kill()


def wait_for_addresses(launcher: subprocess.Popen[str]) -> dict[str, str]:
    assert launcher.stdout is not None
    lines = [launcher.stdout.readline() for _ in range(4)]
    pairs = [line.removeprefix("export ").rstrip("\n").split("=", 1) for line in lines]
    return {name: value.strip("'") for name, value in pairs}


def wait_until_refused(url: str) -> None:
    limit = time.monotonic() + 15
    while time.monotonic() < limit:
        try:
            psycopg2.connect(url, connect_timeout=2).close()
        except psycopg2.OperationalError:
            return
        time.sleep(0.1)
    pytest.fail("The server outlived its launcher.")


def write_mark(url: str) -> None:
    with autocommit(url) as owner, owner.cursor() as cursor:
        cursor.execute("CREATE TABLE mark AS SELECT 'kept' AS word")


def read_mark(url: str) -> object:
    with autocommit(url) as owner, owner.cursor() as cursor:
        cursor.execute("SELECT word FROM mark")
        return cursor.fetchone()


def test_data_and_queue_survive_a_stop_and_a_start(var: Path) -> None:
    with embedded_servers(var, durable=True) as first:
        write_mark(first.addresses.database_owner_url)
        with redis.Redis.from_url(first.addresses.redis_url) as queue:
            queue.set("mark", "kept")
    with embedded_servers(var, durable=True) as second:
        assert read_mark(second.addresses.database_owner_url) == ("kept",)
        with redis.Redis.from_url(second.addresses.redis_url) as queue:
            assert queue.get("mark") == b"kept"


def test_a_second_launcher_is_refused_and_the_first_goes_on(var: Path) -> None:
    with embedded_servers(var, durable=False) as first:
        with (
            pytest.raises(FolderInUse, match="Another portal already runs with its data in"),
            embedded_servers(var, durable=False),
        ):
            pytest.fail("Two launchers share one folder.")
        write_mark(first.addresses.database_owner_url)


def test_others_find_the_servers_while_they_run_and_only_then(var: Path) -> None:
    assert running_servers(var) is None
    with embedded_servers(var, durable=False) as own:
        assert running_servers(var) == own.addresses
    assert running_servers(var) is None


def test_servers_die_with_a_killed_launcher_and_its_data_is_kept(var: Path) -> None:
    with launched(var) as launcher:
        addresses = wait_for_addresses(launcher)
        write_mark(addresses["DATABASE_OWNER_URL"])
        launcher.kill()
        launcher.wait()
        wait_until_refused(addresses["DATABASE_OWNER_URL"])
    with embedded_servers(var, durable=True) as again:
        assert read_mark(again.addresses.database_owner_url) == ("kept",)


def test_a_killed_server_is_revived_on_its_old_port(var: Path) -> None:
    with embedded_servers(var, durable=True) as own:
        write_mark(own.addresses.database_owner_url)
        for member in (own.postgres, own.valkey):
            assert member.server is not None
            member.server.process.send_signal(signal.SIGKILL)
            member.server.process.wait(10)
        assert own.revive() == ["PostgreSQL", "Valkey"]
        assert own.revive() == []
        assert read_mark(own.addresses.database_owner_url) == ("kept",)


def test_an_immediate_restart_drops_connections_and_keeps_what_was_committed(var: Path) -> None:
    with embedded_servers(var, durable=True) as own:
        url = own.addresses.database_owner_url
        write_mark(url)
        with autocommit(url) as before:
            own.postgres.restart_immediately()
            with pytest.raises(psycopg2.OperationalError), before.cursor() as cursor:
                cursor.execute("SELECT 1")
        assert read_mark(url) == ("kept",)


def test_provisioning_again_changes_nothing_but_passwords(var: Path) -> None:
    with embedded_servers(var, durable=False) as own:
        addresses = own.addresses
        write_mark(addresses.database_owner_url)
        renewed = addresses.database_url.replace("portal_app:", "portal_app:x")
        provision(
            addresses.database_superuser_url,
            owner_url=addresses.database_owner_url,
            app_url=renewed,
        )
        assert read_mark(addresses.database_owner_url) == ("kept",)
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(addresses.database_url)
        psycopg2.connect(renewed).close()


def test_provisioning_refuses_a_role_that_would_ignore_policies(var: Path) -> None:
    with embedded_servers(var, durable=False) as own:
        addresses = own.addresses
        with autocommit(addresses.database_superuser_url) as admin, admin.cursor() as cursor:
            cursor.execute("ALTER ROLE portal_app BYPASSRLS")
        with pytest.raises(psycopg2.errors.RaiseException, match="has BYPASSRLS"):
            provision(
                addresses.database_superuser_url,
                owner_url=addresses.database_owner_url,
                app_url=addresses.database_url,
            )


def test_the_data_and_the_passwords_are_closed_to_others(var: Path) -> None:
    with embedded_servers(var, durable=False) as own:
        assert own.postgres.data.stat().st_mode & 0o077 == 0
        if os.geteuid() == 0:
            assert own.postgres.data.stat().st_uid != 0
    secrets = var / "secrets"
    assert secrets.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in secrets.iterdir()} == {0o600}


def test_where_the_kernel_does_not_help_a_watchdog_ends_the_server() -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as server:
        watchdog = start_watchdog(server.pid, signal.SIGTERM)
        assert watchdog.stdin is not None
        # What the system does with the pipe of a launcher that was killed.
        watchdog.stdin.close()
        assert server.wait(10) == -signal.SIGTERM
        watchdog.wait(10)
