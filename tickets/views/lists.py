"""The first page, and the list of tickets."""

from __future__ import annotations

import re

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.access import signed_in
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.pages import go, page
from calcom_portal.common.tenancy import database_now
from tickets.models import Ticket
from tickets.presenters.home import present_home
from tickets.presenters.list_page import present_list
from tickets.tickets_list import read_list_filter

REFERENCE = re.compile(r"[A-Za-z]{1,6}-[1-9][0-9]{0,15}")


@require_GET
@signed_in
def home(request: ViewerRequest) -> HttpResponse:
    """Customers: are our systems well, what is open? The provider's people: the queue."""
    if request.viewer.can(Capability.WORK_TICKETS):
        return go(request, reverse("queue"))
    return page(request, "tickets/home.html", present_home(request.viewer, database_now()))


@require_GET
@signed_in
def tickets(request: ViewerRequest) -> HttpResponse:
    """The list. A whole reference as search words leads straight to its ticket."""
    wanted = read_list_filter(request.GET, request.viewer)
    if REFERENCE.fullmatch(wanted.q):
        rows = Ticket.objects.visible_to(request.viewer).filter(reference=wanted.q.upper())
        if rows.exists():
            return go(request, reverse("ticket", args=[wanted.q.upper()]))
    return page(
        request, "tickets/list/page.html", present_list(wanted, request.viewer, database_now())
    )
