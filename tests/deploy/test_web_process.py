"""What the web process holds: a library that it loads at its start stays as long as it runs."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from upkeep.drivers.proven import FETCHING, UPDATED_ON
from upkeep.drivers.table import DRIVERS
from upkeep.drivers.updating import UPDATERS

# Those who speak to equipment and to the broker are other processes, and few requests need the
# others: they are loaded by the first that does.
FOR_OTHERS = (
    "aiohttp", "aionut", "asyncssh", "celery", "dns", "gufo", "icmplib", "kombu",
    "prometheus_client", "uvloop",
)  # fmt: skip
FOR_FEW = ("boto3", "holidays", "openpyxl", "puremagic", "tablib", "typst")
LOADED = """
import sys
import calcom_portal.wsgi
print(*(name for name in sys.argv[1:] if name in sys.modules))
"""
ANSWERED = """
import sys
from calcom_portal import wsgi
from calcom_portal.warming import PAGES, answered
from django.db import connections
print(*(name for name in connections if connections[name].connection))
before = set(sys.modules)
print(*(answered(wsgi.application, page) for page in PAGES), sep=", ")
print(*(set(sys.modules) - before))
"""


def _said(program: str, *words: str, **environment: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_the_web_process_starts_without_the_libraries_of_others() -> None:
    assert _said(LOADED, *FOR_OTHERS, *FOR_FEW) == [""]


@pytest.mark.usefixtures("committed_db")
def test_the_first_visitor_waits_for_nothing_and_workers_share_no_connection() -> None:
    assert _said(ANSWERED) == ["", "200 OK, 200 OK, 404 Not Found", ""]


def test_it_starts_although_the_database_does_not_answer() -> None:
    nowhere = "postgresql://portal_app:-@127.0.0.1:1/portal"
    _, answers, _ = _said(ANSWERED, DATABASE_URL=nowhere)
    assert answers == "500 Internal Server Error, 200 OK, 404 Not Found"


def test_pages_know_each_driver_without_loading_it() -> None:
    assert DRIVERS.keys() == FETCHING
    assert UPDATERS.keys() == UPDATED_ON.keys()
