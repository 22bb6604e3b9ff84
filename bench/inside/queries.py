"""How many SQL statements each page needs: `python -m bench.inside.queries JSON`.

The argument lists {"path", "cookie" or "token", "method", "body"}; the answer has a list of counts.
Begin and commit are left out: everything else is counted, and what travels together is counted one
by one. Each page is asked for twice before, as a process that has run for a while knows its terms
and calendars.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

FRAME = {"BEGIN", "COMMIT", "ROLLBACK"}
TOGETHER = re.compile("; (?=EXECUTE )")


def statements(wanted: dict[str, Any]) -> list[str]:
    """Ask for one page and return the SQL that it needed."""
    client = Client(SERVER_NAME="127.0.0.1")
    headers = {"Cookie": wanted["cookie"]} if "cookie" in wanted else {}
    if "token" in wanted:
        headers["Authorization"] = f"Bearer {wanted['token']}"
    for _ in range(3):
        with CaptureQueriesContext(connection) as captured:
            if "body" in wanted:
                response = client.post(
                    wanted["path"],
                    json.dumps(wanted["body"]),
                    content_type="application/json",
                    headers=headers | {"Idempotency-Key": str(uuid.uuid4())},
                )
            else:
                response = client.get(wanted["path"], headers=headers)
        if response.status_code not in (200, 201):
            raise SystemExit(f"{wanted['path']}: {response.status_code} {response.content[:300]!r}")
    sent = [query["sql"] for query in captured.captured_queries if query["sql"] not in FRAME]
    return [statement for one in sent for statement in TOGETHER.split(one)]


if __name__ == "__main__":
    json.dump([statements(wanted) for wanted in json.loads(sys.argv[1])], sys.stdout)
