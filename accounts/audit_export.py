"""The audit trail as a file: a table for people, or lines that prove themselves."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import BinaryIO

from accounts.audit import record, verify_audit
from accounts.audit_list import AuditFilter, lines_of
from accounts.jobs import JobRun, Outcome
from accounts.models import AuditEntry
from calcom_portal.common.formulas import guarded

AT_ONCE = 500
COLUMNS = ("number", "at", "who", "via", "act", "in words", "thing", "details")
FORMS = ("csv", "jsonl")


def export_audit(run: JobRun) -> Outcome:
    """Write the entries of a view, the oldest first, and say whether the whole chain holds.

    Arguments: the values of `AuditFilter`, `form` (csv or jsonl).
    """
    form = run.arguments["form"]
    wanted = AuditFilter.of(run.arguments)
    rows = wanted.entries(run.actor.zone).order_by("number")
    total = rows.count()
    run.step("Checking the chain", 0, total)
    broken = verify_audit(run.actor.provider_id)
    with run.write_file(f"audit-trail.{form}") as file:
        written = _write(run, WRITERS[form](file), rows.iterator(chunk_size=AT_ONCE), total)
    record(run.actor, "audit.exported", "audit trail", entries=written, form=form)
    chain = f"The chain breaks at entry {broken.number}: {broken.why}." if broken else HOLDS
    return Outcome(f"{written:,} entries. {chain}", facts={"holds": broken is None})


HOLDS = "The chain holds from the first entry to the newest."

Put = Callable[[list[AuditEntry]], None]


def _write(run: JobRun, put: Put, entries: Iterator[AuditEntry], total: int) -> int:
    written = 0
    while batch := list(islice(entries, AT_ONCE)):
        put(batch)
        written += len(batch)
        run.step("Writing entries", written, total)
    return written


def _csv(file: BinaryIO) -> Put:
    def write(cells: Iterable[object]) -> None:
        line = io.StringIO()
        csv.writer(line).writerow(cells)
        file.write(line.getvalue().encode())

    def put(entries: list[AuditEntry]) -> None:
        for line in lines_of(entries):
            details = "; ".join(f"{name}: {value}" for name, value in line.details)
            cells = (line.actor, line.via, line.action, line.words, line.subject, details)
            write([line.number, line.at.isoformat(), *map(guarded, cells)])

    # The mark at the beginning tells spreadsheets that it is UTF-8.
    file.write("\ufeff".encode())
    write(COLUMNS)
    return put


def _jsonl(file: BinaryIO) -> Put:
    def put(entries: list[AuditEntry]) -> None:
        for entry in entries:
            link = {name: getattr(entry, name) for name in LINK}
            file.write(json.dumps(link, ensure_ascii=False).encode() + b"\n")

    return put


# What proves an entry: sha256(previous + ":" + number + ":" + body) is the digest.
LINK = ("number", "previous", "body", "digest")
WRITERS: dict[str, Callable[[BinaryIO], Put]] = {"csv": _csv, "jsonl": _jsonl}
