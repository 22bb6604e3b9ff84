"""Were the promises kept? A month for staff, customer by customer; for customers their own."""

from __future__ import annotations

import zoneinfo
from datetime import tzinfo
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.access import access_customer, needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.models import Customer, Provider
from accounts.paging import keyset_page
from calcom_portal.common.downloads import download
from calcom_portal.common.errors import BadInput
from calcom_portal.common.pages import page
from calcom_portal.common.tenancy import database_now
from contracts.sla import zone_words
from tickets.kept import Figures, figures_of
from tickets.months import Month
from tickets.presenters.reports import (
    Show,
    figures_csv,
    months_offered,
    promise_row,
    promises_csv,
    rows_of,
    spell_median,
    tabs_of,
    total_of,
)

CSV = "text/csv"
MOST_LINES = 20_000


@require_GET
@needs(Capability.SEE_CONTRACTS)
def reports(request: ViewerRequest) -> HttpResponse:
    """Every customer's figures; for a customer's people their own month."""
    if request.viewer.is_customer:
        own = access_customer(request.viewer, request.viewer.own_customer_id)
        return _promises(request, own, reverse("reports"))
    zone, month = _when(request)
    figures, root = figures_of(month, zone), reverse("reports")
    context = {
        "rows": [(one, spell_median(one.median), f"{root}{one.customer_id}/") for one in figures],
        "total": total_of(figures),
    }
    return page(request, "tickets/reports/page.html", context | _picker(month, zone))


@require_GET
@needs(Capability.SEE_ALL_CUSTOMERS)
def report_customer(request: ViewerRequest, customer_id: int) -> HttpResponse:
    """The promises behind one customer's figures."""
    found = access_customer(request.viewer, customer_id)
    return _promises(request, found, reverse("report_customer", args=[found.pk]))


@require_GET
@needs(Capability.SEE_CONTRACTS)
def reports_csv(request: ViewerRequest) -> HttpResponse:
    """The page as a file: a row a customer, or for a customer's people a row a promise."""
    if request.viewer.is_customer:
        return _promises_file(request, request.viewer.own_customer_id)
    zone, month = _when(request)
    data = figures_csv(month, figures_of(month, zone))
    return download(data, name=f"promises-{month}.csv", media_type=CSV)


@require_GET
@needs(Capability.SEE_ALL_CUSTOMERS)
def report_customer_csv(request: ViewerRequest, customer_id: int) -> HttpResponse:
    """The promises behind one customer's figures, as a file."""
    return _promises_file(request, access_customer(request.viewer, customer_id).pk)


def _promises(request: ViewerRequest, customer: Customer, url: str) -> HttpResponse:
    zone, month = _when(request)
    show, (start, end) = _shown(request), month.bounds(zone)
    listed = keyset_page(
        request, rows_of(show, start, end).filter(customer_id=customer.pk), key="due_at"
    )
    own: list[Figures] = [one for one in figures_of(month, zone) if one.customer_id == customer.pk]
    context = {
        "customer": customer,
        "figures": own[0] if own else None,
        "median": spell_median(own[0].median) if own else "–",
        "tabs": tabs_of(url, month, show),
        "rows": [promise_row(row) for row in listed.rows],
        "pager": listed.pager,
        "csv_url": reverse("reports_csv")
        if request.viewer.is_customer
        else reverse("report_customer_csv", args=[customer.pk]),
    }
    return page(request, "tickets/reports/customer.html", context | _picker(month, zone))


def _promises_file(request: ViewerRequest, customer_id: int) -> HttpResponse:
    zone, month = _when(request)
    start, end = month.bounds(zone)
    rows: list[Any] = []
    for show in (Show.ALL, Show.NOT_JUDGED):
        found = rows_of(show, start, end).filter(customer_id=customer_id).order_by("due_at", "pk")
        rows += found[:MOST_LINES]
    return download(promises_csv(rows, zone), name=f"promises-{month}.csv", media_type=CSV)


def _when(request: ViewerRequest) -> tuple[tzinfo, Month]:
    """Return the provider's zone, and the month asked for; without one the present one.

    Raises BadInput for what is no month.
    """
    provider = Provider.objects.only("zone").get(pk=request.viewer.provider_id)
    zone = zoneinfo.ZoneInfo(provider.zone)
    written = request.GET.get("month", "")
    try:
        return zone, Month.read(written) if written else Month.of(database_now(), zone)
    except ValueError as error:
        raise BadInput(
            "There is no such month.", field="month", remedy="Choose one from the list."
        ) from error


def _shown(request: ViewerRequest) -> Show:
    written = request.GET.get("show", Show.ALL.value)
    try:
        return Show(written)
    except ValueError as error:
        raise BadInput(
            "There is no such list.", field="show", remedy="Choose one of the tabs."
        ) from error


def _picker(month: Month, zone: tzinfo) -> dict[str, Any]:
    now = database_now()
    present = Month.of(now, zone)
    return {
        "month": month,
        "months": sorted({*months_offered(now, zone), month}, reverse=True),
        "before": month.moved(-1),
        "after": month.moved(1) if month < present else None,
        "is_running": month == present,
        "zone": zone_words(str(zone)),
    }
