"""The figures of `bench.month` beside the database, with their plans: prints JSON."""

from __future__ import annotations

import json
import sys
import time
import zoneinfo

import django
from django.db import connection
from django.test.utils import CaptureQueriesContext

django.setup()

from accounts.identity import viewer_of, viewer_scope  # noqa: E402
from accounts.models import Membership  # noqa: E402
from accounts.viewer import Viewer  # noqa: E402
from bench.inside.plans import reads_whole  # noqa: E402
from calcom_portal.common.tenancy import system_scope  # noqa: E402
from tickets.kept import figures_of, standing  # noqa: E402
from tickets.months import Month  # noqa: E402

ROUNDS = 9
ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")


def main() -> None:
    """Ask as a technician, and as a user of the customer that calls most."""
    month = Month.read(sys.argv[1])
    with system_scope("find the people of a benchmark"):
        people = Membership.objects.select_related("provider", "customer")
        people = people.filter(provider__slug="calcom", is_active=True)
        staff = viewer_of(people.filter(role="technician").earliest("pk"))
        customer = viewer_of(people.filter(role="customer_user").earliest("pk"))
    with viewer_scope(staff), CaptureQueriesContext(connection) as captured:
        found = figures_of(month, ZONE)
        verdicts = standing(*month.bounds(ZONE)).count()
    whole = sum(reads_whole(viewer_scope(staff), query["sql"]) for query in captured)
    told = {
        "customers": len(found),
        "verdicts": verdicts,
        "figures_ms": _usual(staff, month) * 1000,
        "own_ms": _usual(customer, month) * 1000,
        "whole_tables": whole,
    }
    json.dump(told, sys.stdout)


def _usual(viewer: Viewer, month: Month) -> float:
    times = []
    for _ in range(ROUNDS):
        with viewer_scope(viewer):
            start = time.perf_counter()
            figures_of(month, ZONE)
            times.append(time.perf_counter() - start)
    return sorted(times)[ROUNDS // 2]


if __name__ == "__main__":
    main()
