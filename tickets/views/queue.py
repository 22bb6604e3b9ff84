"""The dispatch queue: the page, its live rows, and claiming in one move."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET, require_POST

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.first_hour import progress_of
from accounts.middleware import ViewerRequest
from accounts.models import Customer
from calcom_portal.common.pages import go, is_htmx, page, page_or_part, part
from calcom_portal.common.tenancy import database_now
from tickets.access import access_ticket
from tickets.actions import claim_ticket
from tickets.presenters.queue_page import QueueSight, present_queue, tabs_and_filters
from tickets.queue import (
    QueueFilter,
    QueueStamp,
    customer_name,
    minute_of,
    queue_stamp,
    queue_turn,
    read_filter,
)

NAMES = 30


@require_GET
@needs(Capability.WORK_TICKETS)
def queue(request: ViewerRequest) -> HttpResponse:
    """The whole page."""
    sight = _look(request, queue_stamp(request.viewer, database_now()))
    chosen = customer_name(sight.wanted.customer_id)
    context = present_queue(sight) | tabs_and_filters(sight, chosen)
    context["first_hour"] = progress_of(request.viewer)
    return page(request, "tickets/queue/page.html", context)


@require_GET
@needs(Capability.WORK_TICKETS)
def queue_rows(request: ViewerRequest) -> HttpResponse:
    """The rows alone, asked for every few seconds: nothing is built when nothing has changed."""
    sight = _look(request, queue_turn(request.viewer))
    if request.headers.get("If-None-Match") == sight.etag:
        return _kept_fresh(HttpResponseNotModified(), sight.etag)
    return _kept_fresh(_rows(request, sight), sight.etag)


@require_POST
@needs(Capability.WORK_TICKETS)
def queue_claim(request: ViewerRequest) -> HttpResponse:
    """Take the ticket whose button was pressed, and stay where one is."""
    ticket = access_ticket(request.viewer, request.POST.get("ref", ""))
    claim_ticket(ticket=ticket, actor=request.viewer)
    if not is_htmx(request):
        query = read_filter(request.GET).query()
        return go(request, f"{reverse('queue')}?{query}" if query else reverse("queue"))
    return _rows(request, _look(request, queue_turn(request.viewer)), claimed=ticket.reference)


@require_GET
@needs(Capability.WORK_TICKETS)
def queue_customers(request: ViewerRequest) -> HttpResponse:
    """Choose the customer to which the queue is narrowed."""
    wanted = read_filter(request.GET)
    words = request.GET.get("name", "").strip()[:100]
    names = Customer.objects.filter(name__icontains=words).order_by("name")
    found = names.values_list("pk", "name", "number")[:NAMES]
    context = {
        "words": words,
        "wanted": wanted,
        "customers": [
            {
                "name": name,
                "number": number,
                "url": f"{reverse('queue')}?{wanted.query(customer_id=pk)}",
            }
            for pk, name, number in found
        ],
        "everybody_url": f"{reverse('queue')}?{wanted.query(customer_id=None)}",
    }
    return page_or_part(
        request, "tickets/queue/customers.html", "tickets/queue/_customers.html", context
    )


def _look(request: ViewerRequest, stamp: QueueStamp) -> QueueSight:
    now = database_now()
    wanted: QueueFilter = read_filter(request.GET)
    etag = stamp.etag(wanted, minute_of(now), request.viewer)
    return QueueSight(viewer=request.viewer, wanted=wanted, stamp=stamp, now=now, etag=etag)


def _rows(request: ViewerRequest, sight: QueueSight, claimed: str = "") -> HttpResponse:
    context: dict[str, Any] = present_queue(sight) | {"claimed": claimed, "is_part": True}
    return part(request, "tickets/queue/_rows.html", context)


def _kept_fresh(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ("HX-Request", "Cookie"))
    return response
