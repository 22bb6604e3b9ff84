"""One check as its page prints it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from calcom_portal.common.tenancy import database_now
from monitoring.board_page import outage_rows
from monitoring.changes import change_rows
from monitoring.device_part import LONG, check_rows
from monitoring.models import Check, Incident, StateChange
from monitoring.setup_page import fact_lines

CHANGES, OUTAGES = 20, 10


def present_check(check: Check) -> dict[str, Any]:
    """Return what the template reads. Constant queries."""
    now = database_now()
    incidents = Incident.objects.filter(of_check=check).order_by("-opened_at", "-pk")
    told = incidents.select_related("device__site", "customer", "of_check", "ticket__assignee")
    changes = StateChange.objects.filter(of_check=check).order_by("-at")[:CHANGES]
    children = Check.objects.filter(parent=check).select_related("device").order_by("name", "pk")
    return {
        "check": check,
        "row": check_rows([check], LONG)[0],
        "every": timedelta(seconds=check.every_seconds),
        "facts": fact_lines(check.last_facts),
        "changes": change_rows(list(changes)),
        "outages": outage_rows(list(told[:OUTAGES]), now),
        "children": list(children[:CHANGES]),
    }
