"""The questions of `bench.search` under each role, with their plans: prints JSON.

Staff and customer ask through the product. The system role has no search of its own: it is given
the statements of the staff, to see that its plans are the same.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import django
from django.db import connection
from django.test.utils import CaptureQueriesContext

django.setup()

from accounts.identity import viewer_of, viewer_scope  # noqa: E402
from accounts.models import Membership  # noqa: E402
from accounts.search import search, search_words  # noqa: E402
from accounts.viewer import Viewer  # noqa: E402
from bench.inside.plans import reads_whole  # noqa: E402
from calcom_portal.common.tenancy import system_scope  # noqa: E402

ROUNDS = 5


def ask(viewer: Viewer, texts: list[str]) -> tuple[dict[str, Any], list[str]]:
    """Ask everything as one viewer; return the slowest answer, what its plans read whole, SQL."""
    slowest, statements = 0.0, []
    for text in texts:
        words = search_words(text)
        slowest = max(slowest, min(_timed(viewer, words) for _ in range(ROUNDS)))
        with viewer_scope(viewer), CaptureQueriesContext(connection) as captured:
            search(viewer, words)
        statements += [query["sql"] for query in captured]
    whole = sum(reads_whole(viewer_scope(viewer), sql) for sql in statements)
    return {"slowest_ms": slowest * 1000, "whole_tables": whole}, statements


def _timed(viewer: Viewer, words: str) -> float:
    with viewer_scope(viewer):
        start = time.perf_counter()
        search(viewer, words)
        return time.perf_counter() - start


def main() -> None:
    """Ask as a technician and as a customer's user of the second provider."""
    texts = json.loads(sys.argv[1])
    with system_scope("find the people of a benchmark"):
        people = Membership.objects.select_related("provider", "customer")
        people = people.filter(provider__slug="northline", is_active=True)
        staff = viewer_of(people.filter(role="technician").earliest("pk"))
        # The first customer calls most.
        customer = viewer_of(people.filter(role="customer_user").earliest("pk"))
    told, statements = ask(staff, texts)
    whole = sum(reads_whole(system_scope("look at plans"), sql) for sql in statements)
    answers = {"staff": told, "customer": ask(customer, texts)[0]}
    json.dump(answers | {"system": {"whole_tables": whole}}, sys.stdout)


if __name__ == "__main__":
    main()
