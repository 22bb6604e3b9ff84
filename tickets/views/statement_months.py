"""A month over all customers: what is to be issued, issuing it, and its export for accounting."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import access_customer, needs
from accounts.capabilities import Capability
from accounts.jobs import start_job
from accounts.middleware import ViewerRequest
from calcom_portal.common.errors import BadInput
from calcom_portal.common.pages import go, page
from tickets.actions import issue_statement
from tickets.models import Statement, StatementLine
from tickets.presenters.statements import StatementRow, sums_of
from tickets.statement_files import csv_of
from tickets.statement_jobs import EXPORT, ISSUE
from tickets.statements import customers_waiting, next_month, totals_waiting
from tickets.views.statements import CSV, download, this_month

MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
# Lines; more are written by a job.
AT_ONCE = 20_000
SHOWN = 200


@require_http_methods(["GET", "POST"])
@needs(Capability.ISSUE_STATEMENTS)
def statement_month(request: ViewerRequest) -> HttpResponse:
    """Show what a month holds for each customer; issue one statement, or all."""
    asked = request.POST if request.method == "POST" else request.GET
    month = _month(asked.get("month", ""), request)
    if request.method == "POST":
        return _issue(request, month, asked.get("customer", ""))
    return page(request, "tickets/statements/month.html", _context(request, month))


@require_GET
@needs(Capability.ISSUE_STATEMENTS)
def statement_export(request: ViewerRequest) -> HttpResponse:
    """All lines of a month's statements, one row a line."""
    month = _month(request.GET.get("month", ""), request)
    rows = StatementLine.objects.filter(statement__month=month).select_related("statement")
    if rows.count() > AT_ONCE:
        return _start(request, EXPORT, "Export of", month)
    content = csv_of(rows.order_by("statement_id", "position"))
    return download(content, f"statements-{month:%Y-%m}.csv", CSV)


def _context(request: ViewerRequest, month: date) -> dict[str, Any]:
    issued = Statement.objects.filter(month=month).order_by("customer_name", "pk")
    totals = totals_waiting(month)
    waiting = customers_waiting(month, totals)
    return {
        "month": month,
        "before": month_before(month),
        "after": next_month(month) if next_month(month) <= this_month(request) else None,
        "is_over": month < this_month(request),
        "issued": [StatementRow.of(one) for one in issued],
        "waiting": [{"customer": one, "sums": sums_of(totals[one.pk])} for one in waiting[:SHOWN]],
        "more": max(0, len(waiting) - SHOWN),
    }


def month_before(month: date) -> date:
    """Return the first day of the month before."""
    return (month - timedelta(days=1)).replace(day=1)


def _issue(request: ViewerRequest, month: date, chosen: str) -> HttpResponse:
    if not chosen:
        return _start(request, ISSUE, "Statements of", month)
    is_id = chosen.isascii() and chosen.isdigit() and len(chosen) <= 18
    customer = access_customer(request.viewer, int(chosen) if is_id else 0)
    issued = issue_statement(customer=customer, month=month, actor=request.viewer)
    messages.success(request, f"{issued.number} was issued for {customer.name}.")
    return go(request, f"{reverse('statement_month')}?month={month:%Y-%m}")


def _start(request: ViewerRequest, kind: str, title: str, month: date) -> HttpResponse:
    arguments = {"month": month.isoformat()}
    title = f"{title} {month:%B %Y}"
    job = start_job(kind=kind, title=title, arguments=arguments, actor=request.viewer)
    return go(request, reverse("job", args=[job.pk]))


def _month(text: str, request: ViewerRequest) -> date:
    """Return the first day of the month asked for; without one the last that is over."""
    if not text:
        return month_before(this_month(request))
    match = MONTH.fullmatch(text)
    if match is None:
        raise BadInput(
            "This is no month.", field="month", remedy="Write it as 2026-06, or open the list."
        )
    return date(int(match[1]), int(match[2]), 1)
