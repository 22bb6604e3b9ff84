"""What this app gives to a take-out: tickets, what was said, sealed and billed, and the files."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from accounts.takeout import Part, PartFile, called
from calcom_portal.common.files import path_of
from tickets.models import (
    Attachment,
    Clock,
    Fact,
    LabourEntry,
    LabourLine,
    LabourQuestion,
    LabourTimer,
    Message,
    Rung,
    Statement,
    StatementLine,
    Ticket,
    Verdict,
    Watcher,
)

INTERNAL = Q(internal=True)

PARTS = (
    Part("tickets", Ticket),
    Part("messages", Message, hidden=INTERNAL),
    Part("attachments", Attachment, hidden=INTERNAL),
    Part("watchers", Watcher),
    Part("facts", Fact),
    Part("clocks", Clock),
    Part("rungs", Rung),
    Part("verdicts", Verdict),
    Part("labour_entries", LabourEntry),
    Part("labour_lines", LabourLine),
    Part("labour_questions", LabourQuestion),
    Part("labour_timers", LabourTimer, staff_only=True),
    Part("statements", Statement),
    Part("statement_lines", StatementLine),
)


def files_of(customer_id: int, with_hidden: bool) -> Iterator[PartFile]:
    """Yield what people attached, ticket by ticket."""
    rows = Attachment.objects.filter(customer_id=customer_id).order_by("ticket_id", "pk")
    rows = rows if with_hidden else rows.exclude(INTERNAL)
    for pk, name, sha256, reference in rows.values_list(
        "pk", "name", "sha256", "ticket__reference"
    ).iterator(chunk_size=500):
        yield PartFile(f"tickets/{reference}/{called(pk, name)}", path_of(sha256))
