"""Issue the statement of a customer's month: from then on it never changes."""

from __future__ import annotations

from datetime import date

from django.db import connection

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.models import Customer
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.tenancy import database_now
from contracts.days import today_of_provider
from tickets.labour_ledger import lock_month
from tickets.models import Statement, StatementLine
from tickets.statement_notices import tell_issued
from tickets.statements import first_of, last_of, lines_for, totals_of

FIRST_NUMBER = 1001
BATCH = 1000
NEXT_NUMBER = """ SELECT greatest(%(first)s, 1 + coalesce(max(substring(number from
'^ST-([0-9]{1,15})$')::bigint), 0)) FROM tickets_statement WHERE provider_id = %(provider)s
"""


def issue_statement(*, customer: Customer, month: date, actor: Viewer) -> Statement:
    """Freeze a month's statement under the next number, and tell the customer; it closes the month.

    Raises NotAllowed; BadInput for a month that is not over; RuleBroken where the statement of this
    or a later month was issued, and where there is nothing to state.
    """
    actor.require(Capability.ISSUE_STATEMENTS)
    month = first_of(month)
    _refuse_open_month(month, actor)
    lock_month(customer.pk)
    _refuse_issued(customer, month)
    lines = lines_for(customer.pk, month)
    if not lines:
        raise RuleBroken(
            f"Nothing was done for {customer.name} up to {month:%B %Y}.",
            remedy="There is no statement to issue.",
        )
    statement: Statement = Statement.objects.create(
        provider_id=customer.provider_id,
        customer_id=customer.pk,
        number=_next_number(customer.provider_id),
        month=month,
        customer_name=customer.name,
        customer_number=customer.number,
        line_count=len(lines),
        minutes=sum(line.charged_minutes for line in lines),
        totals=totals_of(lines),
        issued_at=database_now(),
        issued_by_id=actor.membership_id,
        issued_by_name=actor.name[:120],
    )
    for line in lines:
        line.statement = statement
    StatementLine.objects.bulk_create(lines, batch_size=BATCH)
    details = {"customer": customer.number, "month": month.isoformat()}
    record(actor, "statement.issued", statement, **details, totals=statement.totals)
    tell_issued(statement)
    return statement


def _refuse_open_month(month: date, actor: Viewer) -> None:
    today = today_of_provider(actor.provider_id, database_now())
    if today <= last_of(month):
        raise BadInput(
            f"{month:%B %Y} is not over.",
            field="month",
            remedy="Choose a month that is over; until then, look at the open one.",
        )


def _refuse_issued(customer: Customer, month: date) -> None:
    issued = Statement.objects.filter(customer_id=customer.pk, month__gte=month)
    if statement := issued.order_by("-month").first():
        raise RuleBroken(
            f"Statement {statement.number} of {statement.month:%B %Y} was issued for"
            f" {customer.name}.",
            remedy="What changed since goes to the next month's statement.",
        )


def _next_number(provider_id: int) -> str:
    """Return the next number of the provider. Held until the transaction ends."""
    with connection.cursor() as cursor:
        key = f"statement number {provider_id}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        cursor.execute(NEXT_NUMBER, {"first": FIRST_NUMBER, "provider": provider_id})
        number: int = cursor.fetchone()[0]
    return f"ST-{number}"
