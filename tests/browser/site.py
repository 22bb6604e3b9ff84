"""The real web server on this process's database, and the time that the database tells."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connections
from psycopg2 import sql

from calcom_portal.processes import PROCESSES
from calcom_portal.provision import autocommit
from tests.servers import TestServers

ROOT = Path(__file__).resolve().parent.parent.parent
STARTS_WITHIN_S = 60


@contextmanager
def running_site(port: int, log: Path, variables: Mapping[str, str]) -> Iterator[str]:
    """Run the web process of the portal with one worker; give its address."""
    site = f"http://127.0.0.1:{port}"
    web = next(process for process in PROCESSES if process.name == "web")
    environment = (
        os.environ | variables | {"PORT": str(port), "PORTAL_URL": site, "WEB_CONCURRENCY": "1"}
    )
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", *web.command],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(site, server, log)
            yield site
        finally:
            server.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                server.wait(5)
            server.kill()
            server.wait()


def _wait(site: str, server: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < ends and server.poll() is None:
        with suppress(OSError):
            asking = HTTPConnection(urlsplit(site).netloc, timeout=5)
            asking.request("GET", "/healthz")
            if asking.getresponse().status == HTTPStatus.OK:
                return
        time.sleep(0.1)
    raise AssertionError(f"The web server did not start:\n{log.read_text()}")


def number_rows_afresh(servers: TestServers, start: int) -> None:
    """Let no row of this test have the number of a former one, which the web server may cache."""
    with autocommit(servers.addresses.database_superuser_url, database=servers.database) as admin:
        admin.cursor().execute(
            "SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, %s)"
            " FROM pg_sequences WHERE schemaname = 'public'",
            [start],
        )


class SiteTime:
    """Moves `portal_now()` of every process that connects from now on.

    It works because the connections of tests live no longer than a request (CONN_MAX_AGE=0), and
    because conftest.py made `portal_now()` read the setting.
    """

    def __init__(self, servers: TestServers) -> None:
        self.servers = servers

    def set(self, instant: str) -> datetime:
        """Stand at `instant` (ISO with an offset) from now on."""
        moment = datetime.fromisoformat(instant)
        assert moment.tzinfo is not None
        self._alter("SET portal.test_now = %s", [moment.isoformat()])
        return moment

    def stop(self) -> None:
        """Let the time run again."""
        self._alter("RESET portal.test_now", [])

    def _alter(self, what: str, values: list[str]) -> None:
        # Only a superuser may keep a setting that PostgreSQL does not know.
        with autocommit(self.servers.addresses.database_superuser_url) as admin:
            name = sql.Identifier(self.servers.database)
            statement = sql.SQL("ALTER DATABASE {} ").format(name) + sql.SQL(what)
            admin.cursor().execute(statement, values)
        connections.close_all()
