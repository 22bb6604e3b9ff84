"""Short ways to use the pages of tickets in tests."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.viewer import Viewer
from tests.stage import browser_of

OF_THE_TEST = ("SAVEPOINT", "RELEASE SAVEPOINT")
HTMX = {"HX-Request": "true"}
MONDAY_10 = "2026-06-15T10:00:00-07:00"
MONDAY_11 = "2026-06-15T11:00:00-07:00"
SATURDAY_11 = "2026-06-13T11:00:00-07:00"


def text_of(response: Any) -> str:
    """Return what a person reads on the page, in one line."""
    body = response.content.decode()
    body = re.sub(r"<(script|style|noscript).*?</\1>", " ", body, flags=re.DOTALL)
    words = re.sub(r"<[^>]+>", " ", body).replace("&#x27;", "'").replace("&amp;", "&")
    return re.sub(r"\s+", " ", words)


def report_of(**changes: Any) -> dict[str, Any]:
    """Return a believable report as a browser sends it."""
    values = {
        "kind": "problem",
        "device": "other",
        "handset": "dead",
        "how_many": "several",
        "reachable": "in_part",
        "words": "Both front desk phones are silent.",
        "reach": "",
        "submission": str(uuid.uuid4()),
    }
    return {name: value for name, value in (values | changes).items() if value is not None}


def send_report(viewer: Viewer, **changes: Any) -> Any:
    """Have the viewer send a report."""
    return browser_of(viewer).post("/tickets/new/", report_of(**changes))


def reported(viewer: Viewer, **changes: Any) -> str:
    """Have the viewer report something, and return the ticket's address."""
    response = send_report(viewer, **changes)
    assert response.status_code == 303, text_of(response)
    return str(response.headers["Location"])


def write(client: Client, url: str, text: str, mode: str = "reply", **changes: Any) -> Any:
    """Send a reply or a note to the ticket at `url`."""
    values = {"text": text, "submission": str(uuid.uuid4())} | changes
    return client.post(f"{url}{mode}/", values)


@contextmanager
def at_most_queries(count: int) -> Iterator[None]:
    """Refuse more queries than `count`, without what only the test's own transaction costs."""
    with CaptureQueriesContext(connection) as captured:
        yield
    own = [query["sql"] for query in captured if not query["sql"].startswith(OF_THE_TEST)]
    leaves = [sql for sql in own if "set_config('role', 'none'" in sql]
    asked = [sql for sql in own if sql not in leaves]
    assert len(asked) <= count, "\n".join(asked)
