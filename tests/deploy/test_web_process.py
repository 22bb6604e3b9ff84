"""What the web process holds: a library that it loads at its start stays as long as it runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from accounts.capabilities import Role
from accounts.models import AuditEntry
from calcom_portal.common.tenancy import provider_scope
from calcom_portal.visiting import ASKED_MOST
from notifications.models import Notice
from tests.cast import Cast
from tests.stage import acting
from tests.tickets.helpers import request_of
from tickets.actions import open_ticket
from tickets.models import Ticket
from upkeep.drivers.proven import FETCHING, UPDATED_ON
from upkeep.drivers.table import DRIVERS
from upkeep.drivers.updating import UPDATERS

# Those who speak to equipment and to the broker are other processes, and few requests need the
# others: they are loaded by the first that does.
FOR_OTHERS = (
    "aiohttp", "aionut", "asyncssh", "celery", "dns", "gufo", "icmplib", "kombu",
    "prometheus_client", "uvloop",
)  # fmt: skip
FOR_FEW = (
    "boto3",
    "holidays",
    "lucide",
    "openpyxl",
    "puremagic",
    "segno",
    "unittest",
    "tablib",
    "typst",
)
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


VISITED = """
import json
import django
django.setup()
from calcom_portal.visiting import visits
from calcom_portal.warming import answered
from calcom_portal.wsgi import application
from django.contrib.sessions.models import Session
with visits() as ways:
    shown = [{page: answered(application, page, way.cookie) for page in way.pages} for way in ways]
print(json.dumps(shown), Session.objects.count(), sep="\\n")
"""


def test_the_usual_pages_are_warmed_up_by_visits_that_leave_no_trace(committed_cast: Cast) -> None:
    with acting(committed_cast.elena):
        open_ticket(request=request_of(committed_cast), actor=committed_cast.elena)
    before = _rows_of_calcom(committed_cast)
    shown, sessions = _said(VISITED)
    assert json.loads(shown) == [
        dict.fromkeys((*ASKED_MOST[role], "/tickets/CC-1001/"), "200 OK")
        for role in (Role.TECHNICIAN, Role.CUSTOMER_USER)
    ]
    assert sessions == "0"
    assert _rows_of_calcom(committed_cast) == before


def test_a_portal_without_people_has_no_visits(committed_db: None) -> None:
    assert _said(VISITED) == ["[]", "0"]


def _rows_of_calcom(cast: Cast) -> tuple[int, int, int]:
    with provider_scope(provider_id=cast.calcom.pk):
        kinds = (AuditEntry, Ticket, Notice)
        audited, tickets, notices = (kind.objects.count() for kind in kinds)
    return audited, tickets, notices


def test_it_starts_although_the_database_does_not_answer() -> None:
    nowhere = "postgresql://portal_app:-@127.0.0.1:1/portal"
    _, answers, _ = _said(ANSWERED, DATABASE_URL=nowhere)
    assert answers == "500 Internal Server Error, 200 OK, 404 Not Found"


def test_pages_know_each_driver_without_loading_it() -> None:
    assert DRIVERS.keys() == FETCHING
    assert UPDATERS.keys() == UPDATED_ON.keys()
