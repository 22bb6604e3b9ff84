"""What belongs on a customer's statement of a month: work, late work, and what is taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Sum

from accounts.models import Customer
from contracts.rates import spell_amount
from tickets.models import (
    LabourEntry,
    LabourLine,
    Statement,
    StatementLine,
    StatementLineKind,
)

# What a statement repeats of a line, and of its entry.
OF_LINE = (
    *("starts_at", "ends_at", "in_hours", "work", "minutes", "charged_minutes", "covered"),
    *("clause", "price", "unit_price", "currency", "worth", "amount", "reason"),
)
OF_ENTRY = ("technician_name", "day", "note", "contract_number")
SIGNED = ("minutes", "charged_minutes", "worth", "amount")


def lines_for(customer_id: int, month: date) -> list[StatementLine]:
    """Return, not stored, what the statement of a month would hold if it were issued now.

    Everything up to the end of the month that no statement holds; and lines of issued statements
    whose entry was replaced since, taken back. Two queries. By ticket, then in the order of time.
    """
    rows = [*_charged(customer_id, month), *_taken_back(customer_id)]
    rows.sort(key=lambda row: (len(row.ticket_reference), row.ticket_reference, row.day))
    for position, row in enumerate(rows, start=1):
        row.position = position
    return rows


def totals_waiting(month: date) -> dict[int, list[dict[str, str]]]:
    """Return by customer the totals of what the statement of a month would hold. Two queries."""
    charged = _uncharged().filter(entry__day__lte=last_of(month))
    sums: defaultdict[int, dict[str, tuple[Decimal, Decimal]]] = defaultdict(dict)
    for sign, rows in ((1, charged), (-1, _replaced_since())):
        grouped = rows.values_list("customer", "currency").annotate(Sum("worth"), Sum("amount"))
        for customer_id, currency, worth, due in grouped.order_by("customer", "currency"):
            before = sums[customer_id].get(currency, (Decimal(), Decimal()))
            sums[customer_id][currency] = (before[0] + sign * worth, before[1] + sign * due)
    return {customer_id: _totals(of_customer) for customer_id, of_customer in sums.items()}


def customers_waiting(month: date, among: Collection[int]) -> list[Customer]:
    """Return those of some customers whose month is not closed, by name."""
    closed = Statement.objects.filter(month__gte=month).values("customer")
    rows = Customer.objects.filter(pk__in=among).exclude(pk__in=closed)
    return list(rows.order_by("name"))


def totals_of(lines: Iterable[StatementLine]) -> list[dict[str, str]]:
    """Return worth, what is covered, and what is due, for each currency."""
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    for line in lines:
        worth, due = sums.get(line.currency, (Decimal(), Decimal()))
        sums[line.currency] = (worth + line.worth, due + line.amount)
    return _totals(sums)


def _totals(sums: dict[str, tuple[Decimal, Decimal]]) -> list[dict[str, str]]:
    return [
        {
            "currency": currency,
            "worth": str(worth),
            "covered": str(worth - due),
            "due": str(due),
        }
        for currency, (worth, due) in sorted(sums.items())
    ]


def spelt(totals: Sequence[dict[str, Any]], what: str) -> str:
    """Return one sum of the totals in words, all currencies: "USD 1,145.00"."""
    return " and ".join(spell_amount(Decimal(one[what]), one["currency"]) for one in totals)


def first_of(day: date) -> date:
    """Return the first day of the month."""
    return day.replace(day=1)


def last_of(month: date) -> date:
    """Return the last day of a month."""
    return next_month(month) - timedelta(days=1)


def next_month(month: date) -> date:
    """Return the first day of the month after."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def _uncharged() -> QuerySet[LabourLine]:
    issued = StatementLine.objects.filter(line=OuterRef("pk"))
    charged = issued.exclude(kind=StatementLineKind.REVERSAL)
    later = LabourEntry.objects.filter(replaces=OuterRef("entry"))
    return LabourLine.objects.filter(~Exists(charged), ~Exists(later))


def _replaced_since() -> QuerySet[StatementLine]:
    later = LabourEntry.objects.filter(replaces=OuterRef("line__entry"))
    reversed_ = StatementLine.objects.filter(line=OuterRef("line"), kind=StatementLineKind.REVERSAL)
    rows = StatementLine.objects.exclude(kind=StatementLineKind.REVERSAL)
    return rows.filter(Exists(later), ~Exists(reversed_))


def _charged(customer_id: int, month: date) -> list[StatementLine]:
    rows = _uncharged().filter(customer_id=customer_id, entry__day__lte=last_of(month))
    named = rows.select_related("entry__ticket", "entry__device")
    in_order = named.order_by("starts_at", "entry_id", "position")
    return [_row(line, month) for line in in_order]


def _row(line: LabourLine, month: date) -> StatementLine:
    entry = line.entry
    is_late = entry.day < month
    return StatementLine(
        provider_id=line.provider_id,
        customer_id=line.customer_id,
        kind=(StatementLineKind.LATE if is_late else StatementLineKind.WORK).value,
        line=line,
        ticket_reference=entry.ticket.reference,
        subject=entry.ticket.subject,
        device_name=entry.device.name if entry.device else "",
        **{name: getattr(line, name) for name in OF_LINE},
        **{name: getattr(entry, name) for name in OF_ENTRY},
    )


def _taken_back(customer_id: int) -> list[StatementLine]:
    rows = _replaced_since().filter(customer_id=customer_id).order_by("statement_id", "position")
    return [_reversal(row) for row in rows]


def _reversal(row: StatementLine) -> StatementLine:
    copied = {
        field.attname: getattr(row, field.attname)
        for field in StatementLine._meta.local_fields
        if field.name not in ("id", "statement", "position", "kind", *SIGNED)
    }
    below_zero = {name: -getattr(row, name) for name in SIGNED}
    return StatementLine(**copied, **below_zero, kind=StatementLineKind.REVERSAL.value)
