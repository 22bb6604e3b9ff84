"""The monitoring board: how all equipment stands, and what needs somebody."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.paging import keyset_page
from calcom_portal.common.pages import page, part
from calcom_portal.common.tenancy import database_now
from contracts.access import access_site
from contracts.views.lists import Narrowed
from monitoring.board import doubtful_checks, open_outages, overview, sites_watched
from monitoring.board_page import (
    doubt_rows,
    etag_of,
    head_figures,
    outage_rows,
    site_rows,
    stopped_since,
)
from monitoring.our_side import our_side_since
from monitoring.site_page import present_site


@needs(Capability.SEE_MONITORING)
@require_GET
def monitoring(request: ViewerRequest) -> HttpResponse:
    """Show the board."""
    can_manage = request.viewer.can(Capability.MANAGE_MONITORING)
    return page(request, "monitoring/board.html", {**_board(request), "can_manage": can_manage})


@needs(Capability.SEE_MONITORING)
@require_GET
def monitoring_live(request: ViewerRequest) -> HttpResponse:
    """The board's part alone, asked for every few seconds."""
    context = _board(request)
    if request.headers.get("If-None-Match") == context["etag"]:
        return _kept_fresh(HttpResponseNotModified(), context["etag"])
    return _kept_fresh(part(request, "monitoring/_board.html", context), context["etag"])


@needs(Capability.SEE_MONITORING)
@require_GET
def monitoring_site(request: ViewerRequest, id: int) -> HttpResponse:
    """Show the watched devices of one site."""
    site = access_site(request.viewer, id)
    return page(request, "monitoring/site.html", present_site(site))


def _board(request: ViewerRequest) -> dict[str, Any]:
    """Look at everything. The same number of queries however much there is."""
    now, narrowed = database_now(), Narrowed.of(request)
    customer_id = narrowed.customer.pk if narrowed.customer else None
    shown, only_trouble = overview(customer_id), request.GET.get("show") == "trouble"
    outages, outage_count = open_outages(customer_id)
    wanted = sites_watched(shown, only_trouble=only_trouble)
    listed = keyset_page(request, wanted.named_like(narrowed.q).by_name(), key="sort_name")
    context: dict[str, Any] = {
        "figures": head_figures(shown),
        "is_watching": bool(shown.stands),
        "outages": outage_rows(outages, now),
        "outage_count": outage_count,
        "doubts": doubt_rows(doubtful_checks(shown.works, customer_id), now),
        "works": shown.works,
        "stopped_since": stopped_since(shown, now),
        "our_side_since": our_side_since(),
        "sites": site_rows(listed.rows, shown),
        "troubled": len(shown.troubled_sites),
        "only_trouble": only_trouble,
        "pager": listed.pager,
        "query": request.GET.urlencode(),
        **narrowed.context,
    }
    viewer = request.viewer
    return context | {"etag": etag_of(context, shown, f"{viewer.membership_id} {viewer.zone}")}


def _kept_fresh(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ("HX-Request", "Cookie"))
    return response
