"""Long work about statements: issuing a whole month, and exporting a large one."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from accounts.jobs import JobRun, Outcome
from tickets.actions.issue_statement import issue_statement
from tickets.models import StatementLine
from tickets.statement_files import csv_of
from tickets.statements import customers_waiting, totals_waiting

ISSUE, EXPORT = "statements.issue", "statements.export"


def issue_month(run: JobRun) -> Outcome:
    """Issue the statements of all customers of a month, all or none."""
    month = date.fromisoformat(str(run.arguments["month"]))
    customers = customers_waiting(month, totals_waiting(month))
    for number, customer in enumerate(customers, start=1):
        run.step("Issuing statements", number, len(customers))
        issue_statement(customer=customer, month=month, actor=run.actor)
    count = len(customers)
    words = "1 statement was issued." if count == 1 else f"{count} statements were issued."
    return Outcome(words, url=f"{reverse('statement_month')}?month={month:%Y-%m}")


def export_month(run: JobRun) -> Outcome:
    """Write all lines of a month's statements into a file."""
    month = date.fromisoformat(str(run.arguments["month"]))
    run.step("Reading the statements")
    rows = StatementLine.objects.filter(statement__month=month).select_related("statement")
    with run.write_file(f"statements-{month:%Y-%m}.csv") as file:
        file.write(csv_of(rows.order_by("statement_id", "position").iterator(chunk_size=2000)))
    return Outcome(f"The statements of {month:%B %Y} are ready.")
