"""Outages as their pages print them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from calcom_portal.common.tenancy import database_now
from calcom_portal.common.text import one_form
from monitoring.board_page import outage_row, outage_rows
from monitoring.changes import change_rows
from monitoring.models import Incident, StateChange

CHANGES, CHILDREN = 50, 50
RELATED = ("device__site", "customer", "of_check", "ticket__assignee")


def listed_outages(text: str, *, over: bool) -> QuerySet[Incident]:
    """Return the outages that are open, or over, of devices whose name or site holds the text."""
    rows = Incident.objects.closed() if over else Incident.objects.open()
    if words := one_form(text.strip()):
        named = Q(device__name__icontains=words) | Q(device__site__name__icontains=words)
        rows = rows.filter(named)
    return rows.with_behind().select_related(*RELATED)


def present_incident(incident: Incident) -> dict[str, Any]:
    """Return what the template reads. Constant queries."""
    now = database_now()
    changes = StateChange.objects.filter(
        of_check=incident.of_check_id,
        at__gte=incident.opened_at,
        at__lte=incident.closed_at or now,
    ).order_by("at")
    children = Incident.objects.filter(parent=incident).select_related(*RELATED)
    return {
        "incident": incident,
        "row": outage_row(incident, now),
        "changes": change_rows(list(changes[:CHANGES])),
        "children": outage_rows(list(children.order_by("opened_at", "pk")[:CHILDREN]), now),
    }
