"""Statements as files: CSV for accounting, and the document for the customer."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import tzinfo
from decimal import Decimal
from io import StringIO
from itertools import groupby
from operator import attrgetter
from typing import Any

from accounts.letterhead import letterhead_of
from accounts.models import Provider
from calcom_portal.common.typeset import typeset
from contracts.goods.cells import guarded
from contracts.rates import spell_amount
from tickets.models import Statement, StatementLine
from tickets.statements import spelt

# A document of hundreds of pages is read by nobody: above this, what is alike is one row.
FOLDED_ABOVE = 1_000
FOLDED = " Lines that say the same are added up here; the list of all comes as CSV."
COLUMNS = (
    *("id", "statement", "month", "customer_number", "customer", "kind", "ticket", "subject"),
    *("day", "from", "until", "technician", "device", "work", "in_business_hours", "minutes"),
    *("charged_minutes", "clause", "rate", "unit_price", "currency", "worth", "amount"),
    *("contract", "reason", "note"),
)


def csv_of(lines: Iterable[StatementLine]) -> bytes:
    """Return one row a line, with the statement loaded: UTF-8, RFC 4180, safe in spreadsheets.

    Texts that a spreadsheet would take for formulas begin with an apostrophe; numbers stay numbers.
    """
    written = StringIO()
    # With the mark by which spreadsheets know UTF-8.
    written.write("\ufeff")
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    writer.writerows(_cells(line) for line in lines)
    return written.getvalue().encode()


def pdf_of(statement: Statement, lines: Iterable[StatementLine], zone: tzinfo) -> bytes:
    """Return the document for the customer, times in `zone`. Raises NotTypeset."""
    provider = Provider.objects.get(pk=statement.provider_id)
    is_folded = statement.line_count > FOLDED_ABOVE
    month = f"{statement.month:%B %Y}"
    data = {
        "title": f"Statement {statement.number}",
        "letterhead": letterhead_of(provider),
        "to": [statement.customer_name, f"Customer {statement.customer_number}"],
        "facts": [
            ["Month", month],
            ["Issued", f"{_local(statement.issued_at, zone):%-d %B %Y}"],
            ["You pay", spelt(statement.totals, "due")],
        ],
        "intro": (
            f"What we did for you in {month}, what your contract covered, and what is left to"
            f" pay. The work is worth {spelt(statement.totals, 'worth')}, of which"
            f" {spelt(statement.totals, 'covered')} is covered." + (FOLDED if is_folded else "")
        ),
        "tickets": list(_tickets(lines, zone, is_folded=is_folded)),
        "totals": [
            [
                one["currency"],
                spell_amount_of(one, "worth"),
                spell_amount_of(one, "covered"),
                spell_amount_of(one, "due"),
            ]
            for one in statement.totals
        ],
    }
    return typeset("statement.typ", data, at=statement.issued_at)


def spell_amount_of(total: dict[str, str], what: str) -> str:
    """Return one sum of a currency."""
    return spelt([total], what)


def _tickets(
    lines: Iterable[StatementLine], zone: tzinfo, *, is_folded: bool
) -> Iterator[dict[str, Any]]:
    for reference, of_ticket in groupby(lines, key=attrgetter("ticket_reference")):
        rows = list(of_ticket)
        told = _folded(rows) if is_folded else [_document_row(line, zone) for line in rows]
        yield {"reference": reference, "subject": rows[0].subject, "rows": told}


def _folded(lines: list[StatementLine]) -> list[list[str]]:
    """Return one row for all lines of a ticket that say the same of who pays."""
    alike: dict[tuple[str, ...], list[StatementLine]] = {}
    for line in lines:
        alike.setdefault((line.kind, line.work, line.reason, line.currency), []).append(line)
    return [_folded_row(same) for same in alike.values()]


def _folded_row(same: list[StatementLine]) -> list[str]:
    first, last = min(line.day for line in same), max(line.day for line in same)
    minutes = sum(line.charged_minutes for line in same)
    head = same[0]
    return [
        f"{first:%-d %b}" if first == last else f"{first:%-d %b} – {last:%-d %b}",
        f"{_what(head)}, {len(same)} line{'' if len(same) == 1 else 's'}",
        head.reason,
        str(minutes) if minutes else "",
        head.clause,
        spell_amount(sum((line.worth for line in same), Decimal()), head.currency),
        spell_amount(sum((line.amount for line in same), Decimal()), head.currency),
    ]


def _what(line: StatementLine) -> str:
    return f"{'Taken back: ' if line.kind == 'reversal' else ''}{line.get_work_display()}"


def _document_row(line: StatementLine, zone: tzinfo) -> list[str]:
    start, end = _local(line.starts_at, zone), _local(line.ends_at, zone)
    return [
        f"{start:%-d %b} {start:%H:%M}–{end:%H:%M}" if line.minutes else f"{start:%-d %b}",
        f"{_what(line)}, {line.technician_name}",
        line.reason,
        str(line.charged_minutes) if line.minutes else "",
        line.clause,
        spell_amount(line.worth, line.currency),
        spell_amount(line.amount, line.currency),
    ]


def _local(moment: Any, zone: tzinfo) -> Any:
    return moment.astimezone(zone)


def _cells(line: StatementLine) -> list[object]:
    statement = line.statement
    return [
        line.stable_id,
        statement.number,
        f"{statement.month:%Y-%m}",
        _text(statement.customer_number),
        _text(statement.customer_name),
        line.kind,
        line.ticket_reference,
        _text(line.subject),
        line.day.isoformat(),
        line.starts_at.isoformat(),
        line.ends_at.isoformat(),
        _text(line.technician_name),
        _text(line.device_name),
        line.work,
        "yes" if line.in_hours else "no",
        line.minutes,
        line.charged_minutes,
        line.clause,
        line.price,
        line.unit_price,
        line.currency,
        line.worth,
        line.amount,
        line.contract_number,
        _text(line.reason),
        _text(line.note),
    ]


def _text(value: str) -> str:
    """Return a text that no spreadsheet takes for a formula, also behind blanks."""
    bare = value.lstrip()
    return value if guarded(bare) == bare else f"'{value}"
