"""Statements: the list, the open month, an issued one as page, CSV and PDF."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from accounts.access import access_customer, needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.models import Customer
from accounts.paging import keyset_page
from calcom_portal.common.pages import page
from calcom_portal.common.tenancy import database_now
from contracts.days import today_of_provider
from contracts.views.lists import Narrowed
from tickets.access import access_statement, statements_of
from tickets.models import Statement, StatementLine
from tickets.presenters.statements import StatementRow, sums_of
from tickets.statement_files import csv_of, pdf_of
from tickets.statements import first_of, lines_for, totals_of

LINES_A_PAGE = 200
CSV = "text/csv; charset=utf-8"


@require_GET
@needs(Capability.SEE_STATEMENTS)
def statements(request: ViewerRequest) -> HttpResponse:
    """List what was issued, the newest first; customers see their own."""
    narrowed = Narrowed.of(request)
    rows = narrowed.apply(statements_of(request.viewer))
    listed = keyset_page(request, rows, key="pk", newest_first=True)
    context = {
        "rows": [StatementRow.of(one) for one in listed.rows],
        "pager": listed.pager,
        "customer": narrowed.customer,
        "can_issue": request.viewer.can(Capability.ISSUE_STATEMENTS),
    }
    return page(request, "tickets/statements/list.html", context)


@require_GET
@needs(Capability.SEE_STATEMENTS)
def statement_open(request: ViewerRequest) -> HttpResponse:
    """What the present month's statement would hold today. Staff say of which customer."""
    customer = _customer(request)
    month = this_month(request)
    lines = lines_for(customer.pk, month)
    context = {
        "customer": customer,
        "month": month,
        "sums": sums_of(totals_of(lines)),
        "tickets": by_ticket(lines[:LINES_A_PAGE]),
        "count": len(lines),
        "shown": min(len(lines), LINES_A_PAGE),
    }
    return page(request, "tickets/statements/open.html", context)


@require_GET
@needs(Capability.SEE_STATEMENTS)
def statement(request: ViewerRequest, number: str) -> HttpResponse:
    """One statement as it was issued."""
    found = access_statement(request.viewer, number)
    rows = found.lines.order_by("position")
    listed = keyset_page(request, rows, key="position", size=LINES_A_PAGE)
    context = {
        "statement": found,
        "sums": sums_of(found.totals),
        "tickets": by_ticket(listed.rows),
        "pager": listed.pager,
        "adjustments": found.lines.exclude(kind="work").count(),
    }
    return page(request, "tickets/statements/page.html", context)


@require_GET
@needs(Capability.SEE_STATEMENTS)
def statement_csv(request: ViewerRequest, number: str) -> HttpResponse:
    """Its lines for accounting."""
    found = access_statement(request.viewer, number)
    return download(csv_of(_lines(found)), f"{found.number}.csv", CSV)


@require_GET
@needs(Capability.SEE_STATEMENTS)
def statement_pdf(request: ViewerRequest, number: str) -> HttpResponse:
    """The document for the customer."""
    found = access_statement(request.viewer, number)
    zone = zoneinfo.ZoneInfo(request.viewer.zone)
    return download(pdf_of(found, _lines(found), zone), f"{found.number}.pdf", "application/pdf")


def download(content: bytes, name: str, kind: str) -> HttpResponse:
    """Return a file to keep."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def by_ticket(lines: Iterable[StatementLine]) -> list[dict[str, Any]]:
    """Return lines under their tickets."""
    return [
        {"reference": reference, "lines": list(of_ticket)}
        for reference, of_ticket in groupby(lines, key=attrgetter("ticket_reference"))
    ]


def this_month(request: ViewerRequest) -> date:
    """Return the first day of the present month of the provider."""
    return first_of(today_of_provider(request.viewer.provider_id, database_now()))


def _customer(request: ViewerRequest) -> Customer:
    if request.viewer.is_customer:
        return access_customer(request.viewer, request.viewer.own_customer_id)
    asked = request.GET.get("customer", "")
    is_id = asked.isascii() and asked.isdigit() and len(asked) <= 18
    return access_customer(request.viewer, int(asked) if is_id else 0)


def _lines(found: Statement) -> list[StatementLine]:
    return list(found.lines.select_related("statement").order_by("position"))
