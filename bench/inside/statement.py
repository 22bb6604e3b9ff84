"""Give one customer 5,000 lines of labour, and time what becomes of them; prints JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from accounts.models import Customer, Membership
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import provider_scope
from tickets.actions import issue_statement
from tickets.models import Fact, LabourEntry, LabourLine, Statement, Ticket
from tickets.statement_files import csv_of, pdf_of
from tickets.statements import lines_for

LINES = 5_000
MONTH = date(2026, 1, 1)
BEGIN = datetime(2026, 1, 5, 17, tzinfo=UTC)


def worked(provider_id: int) -> Customer:
    """Write entries of one line each for a customer that has no statement yet."""
    done = Statement.objects.values("customer")
    customer = Customer.objects.exclude(pk__in=done).order_by("pk")[0]
    tickets = list(Ticket.objects.filter(customer_id=customer.pk).order_by("pk")[:400])
    fact = Fact.objects.filter(provider_id=provider_id).order_by("pk")[0]
    technician = Membership.objects.filter(customer=None).order_by("pk")[0]
    owner = {"provider_id": provider_id, "customer_id": customer.pk}
    entries = [
        LabourEntry(
            **owner,
            ticket=tickets[number % len(tickets)],
            technician=technician,
            technician_name=technician.name,
            work="troubleshooting",
            equipment="unnamed",
            started_at=BEGIN + timedelta(minutes=number),
            ended_at=BEGIN + timedelta(minutes=number + 30),
            day=(BEGIN + timedelta(minutes=number)).date(),
            minutes=30,
            charged_minutes=30,
            fact=fact,
            created_at=BEGIN,
            created_by_name=technician.name,
        )
        for number in range(LINES)
    ]
    LabourEntry.objects.bulk_create(entries, batch_size=1000)
    LabourLine.objects.bulk_create((line_of(entry, owner) for entry in entries), batch_size=1000)
    return customer


def line_of(entry: LabourEntry, owner: dict[str, int]) -> LabourLine:
    """Return the only line of an entry: two of three are covered."""
    covered = bool(entry.started_at.minute % 3)
    return LabourLine(
        **owner,
        entry=entry,
        position=1,
        work=entry.work,
        starts_at=entry.started_at,
        ends_at=entry.ended_at,
        in_hours=True,
        minutes=30,
        charged_minutes=30,
        covered=covered,
        clause="TROUBLE" if covered else "",
        price="normal",
        unit_price=Decimal("95.00"),
        currency="USD",
        worth=Decimal("47.50"),
        amount=Decimal("0.00") if covered else Decimal("47.50"),
        reason="Troubleshooting is included in Tier 2 · Extended warranty.",
    )


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that a call took, and its answer."""
    start = time.perf_counter()
    answer = call()
    return time.perf_counter() - start, answer


def main(provider_id: int, cookie: str) -> dict[str, Any]:
    """Measure, in the scope of the provider's staff."""
    issuer = Viewer.system("benchmark", provider_id=provider_id)
    with provider_scope(provider_id=provider_id):
        customer = worked(provider_id)
    with provider_scope(provider_id=provider_id):
        preview, _ = timed(lambda: lines_for(customer.pk, MONTH))
        issue, statement = timed(
            lambda: issue_statement(customer=customer, month=MONTH, actor=issuer)
        )
    client = Client(SERVER_NAME="127.0.0.1")
    path, headers = f"/statements/{statement.number}/", {"Cookie": cookie}
    client.get(path, headers=headers)
    with CaptureQueriesContext(connection) as asked:
        page, answer = timed(lambda: client.get(path, headers=headers))
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status_code}")
    with provider_scope(provider_id=provider_id):
        rows = statement.lines.select_related("statement").order_by("position")
        csv, _ = timed(lambda: csv_of(rows.all()))
        pdf, document = timed(lambda: pdf_of(statement, rows.all(), ZoneInfo("UTC")))
    return {
        "lines": statement.line_count,
        "preview": preview,
        "issue": issue,
        "page": page,
        "queries": len(asked),
        "csv": csv,
        "pdf": pdf,
        "pages": len(PdfReader(BytesIO(document)).pages),
    }


if __name__ == "__main__":
    json.dump(main(int(sys.argv[1]), sys.argv[2]), sys.stdout)
