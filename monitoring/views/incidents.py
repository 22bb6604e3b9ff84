"""Outages: the list, and one of them."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.paging import keyset_page
from calcom_portal.common.pages import page
from calcom_portal.common.tenancy import database_now
from contracts.views.lists import Narrowed
from monitoring.access import access_incident
from monitoring.board_page import outage_rows
from monitoring.incident_page import listed_outages, present_incident


@needs(Capability.SEE_MONITORING)
@require_GET
def incidents(request: ViewerRequest) -> HttpResponse:
    """List outages, the newest first: open ones, or those that are over."""
    narrowed, shows_over = Narrowed.of(request), request.GET.get("over") == "1"
    rows = narrowed.apply(listed_outages(narrowed.q, over=shows_over))
    listed = keyset_page(request, rows, key="opened_at", newest_first=True)
    context = {
        "outages": outage_rows(listed.rows, database_now()),
        "shows_over": shows_over,
        "pager": listed.pager,
        **narrowed.context,
    }
    return page(request, "monitoring/incidents.html", context)


@needs(Capability.SEE_MONITORING)
@require_GET
def incident(request: ViewerRequest, id: int) -> HttpResponse:
    """Show one outage."""
    found = access_incident(request.viewer, id)
    return page(request, "monitoring/incident.html", present_incident(found))
