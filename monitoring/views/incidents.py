"""Outages: the list, and one of them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.paging import keyset_page
from calcom_portal.common.pages import go, page, page_or_part
from calcom_portal.common.parts import Cover
from calcom_portal.common.tenancy import database_now
from contracts.views.lists import Narrowed
from monitoring.access import access_incident
from monitoring.actions.close_incident import close_incident
from monitoring.board_page import outage_rows
from monitoring.forms.outages import CloseForm
from monitoring.incident_page import listed_outages, present_incident

CLOSING = (
    "Its ticket stays as it is. Equipment that is still silent is reported again only after it has"
    " answered in between."
)


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


@needs(Capability.WORK_TICKETS)
@require_http_methods(["GET", "POST"])
def incident_close(request: ViewerRequest, id: int) -> HttpResponse:
    """Say what closing means and ask why, then do it."""
    found = access_incident(request.viewer, id)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        close_incident(incident=found, note=form.cleaned_data["note"], actor=request.viewer)
        messages.success(request, "The outage is closed.")
        return go(request, reverse("incident", args=[found.pk]))
    context = {
        "title": f"Close the outage of {found.device.name}?",
        "cover": Cover("risk", "Monitoring follows it no more.", CLOSING),
        "form": form,
        "action_url": request.path,
        "confirm_label": "Close the outage",
        "cancel_url": reverse("incident", args=[found.pk]),
    }
    status = 422 if form.errors else 200
    template = ("accounts/confirm.html", "_shared/_confirm.html")
    return page_or_part(request, *template, context, status=status)
