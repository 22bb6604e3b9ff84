"""Labour of a ticket as both sides read it: entries with their lines, questions and history."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Prefetch, QuerySet

from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.prepared import prepared
from calcom_portal.common.timewords import spell_span
from contracts.rates import spell_amount
from tickets.ledger import Event
from tickets.models import Cause, LabourEntry, LabourLine, LabourQuestion, LabourTimer, Ticket

# The facts that tell of labour.
EVERYTHING = frozenset({Event.LABOUR, Event.LABOUR_QUERIED})
HOURS_WORDS = {True: "", False: "outside business hours"}


@dataclass(frozen=True, slots=True)
class LineSight:
    """One line of an entry: who pays for which part of the work, and why."""

    work: str
    covered: bool
    clause: str
    amount: str
    span: str
    hours: str
    reason: str


@dataclass(frozen=True, slots=True)
class EarlierSight:
    """What an entry said before: by whom it was replaced, why, and what it would have cost."""

    entry: LabourEntry
    lines: Sequence[LineSight]


@dataclass(frozen=True, slots=True)
class EntrySight:
    """One standing entry, with what came before it and what the reader may do."""

    entry: LabourEntry
    span: str
    charged: str
    lines: Sequence[LineSight]
    earlier: Sequence[EarlierSight]
    questions: Sequence[LabourQuestion]
    open_question: LabourQuestion | None
    can_correct: bool
    can_override: bool
    can_ask: bool
    can_answer: bool

    @property
    def is_struck(self) -> bool:
        """Does it count for nothing?"""
        return self.entry.cause == Cause.STRUCK

    @property
    def because(self) -> str:
        """Return why it took another's place, in words; empty for what was simply logged."""
        if self.entry.cause == Cause.LOGGED:
            return ""
        cause = Cause(self.entry.cause).label
        return f"{cause} by {self.entry.created_by_name}: {self.entry.reason}"


@dataclass(frozen=True, slots=True)
class LabourSight:
    """All labour of a ticket. `timer` is the reader's own, wherever it runs."""

    entries: Sequence[EntrySight]
    total: str
    due: Sequence[str]
    timer: LabourTimer | None
    timer_span: str
    is_here: bool
    can_log: bool

    @property
    def standing(self) -> list[EntrySight]:
        """Return what counts."""
        return [sight for sight in self.entries if not sight.is_struck]


def labour_sight(
    ticket: Ticket, viewer: Viewer, now: datetime, kinds: Collection[str] = EVERYTHING
) -> LabourSight:
    """Return a ticket's labour; `kinds` are those of its facts, which say what there is to read.

    Two queries, one more for questions, none where there is no labour; one for the timer.
    """
    has_questions = Event.LABOUR_QUERIED in kinds
    entries = _entries(ticket, viewer, has_questions) if Event.LABOUR in kinds else []
    counted = [sight for sight in entries if not sight.is_struck]
    minutes = sum(sight.entry.charged_minutes for sight in counted)
    can_log = viewer.can(Capability.LOG_LABOUR) and not viewer.is_customer
    timer = _timers.one(viewer.membership_id) if can_log else None
    return LabourSight(
        entries=entries,
        total=spell_span(timedelta(minutes=minutes)) if counted else "",
        due=amounts_due(line for sight in counted for line in sight.entry.lines.all()),
        timer=timer,
        timer_span=spell_span(now - timer.started_at) if timer else "",
        is_here=timer is not None and timer.ticket_id == ticket.pk,
        can_log=can_log,
    )


def amounts_due(lines: object) -> list[str]:
    """Return what the customer pays in all, a text for each currency."""
    sums: dict[str, Decimal] = {}
    for line in lines:  # type: ignore[attr-defined]
        sums[line.currency] = sums.get(line.currency, Decimal()) + line.amount
    return [spell_amount(amount, currency) for currency, amount in sorted(sums.items())]


def line_sights(lines: Sequence[LabourLine]) -> list[LineSight]:
    """Return lines in words."""
    return [
        LineSight(
            work=line.get_work_display(),
            covered=line.covered,
            clause=line.clause,
            amount=spell_amount(line.amount, line.currency),
            span=spell_span(timedelta(minutes=line.charged_minutes)) if line.minutes else "",
            hours=HOURS_WORDS[line.in_hours or not line.minutes],
            reason=line.reason,
        )
        for line in lines
    ]


def _entries(ticket: Ticket, viewer: Viewer, has_questions: bool) -> list[EntrySight]:
    questions = LabourQuestion.objects.order_by("pk")
    rows = list(
        LabourEntry.objects.filter(ticket_id=ticket.pk)
        .select_related("device")
        .prefetch_related(
            Prefetch("lines", LabourLine.objects.order_by("position")),
            Prefetch("questions", questions if has_questions else questions.none()),
        )
        .order_by("pk")
    )
    by_id = {row.pk: row for row in rows}
    replaced = {row.replaces_id for row in rows}
    newest = [row for row in rows if row.pk not in replaced]
    newest.sort(key=lambda row: (row.started_at, row.pk))
    return [_sight(row, by_id, viewer) for row in newest]


def _sight(row: LabourEntry, by_id: dict[int, LabourEntry], viewer: Viewer) -> EntrySight:
    earlier = []
    before = by_id.get(row.replaces_id or 0)
    while before is not None:
        earlier.append(before)
        before = by_id.get(before.replaces_id or 0)
    questions = [asked for one in (*reversed(earlier), row) for asked in one.questions.all()]
    open_question = next((asked for asked in questions if asked.answered_at is None), None)
    is_struck, is_own = row.cause == Cause.STRUCK, row.technician_id == viewer.membership_id
    decides = viewer.can(Capability.OVERRIDE_LABOUR)
    may_correct = decides or (is_own and viewer.can(Capability.LOG_LABOUR))
    lines = list(row.lines.all())
    return EntrySight(
        entry=row,
        span=spell_span(timedelta(minutes=row.minutes)),
        charged=spell_span(timedelta(minutes=row.charged_minutes)),
        lines=line_sights(lines),
        earlier=[EarlierSight(one, line_sights(list(one.lines.all()))) for one in earlier],
        questions=questions,
        open_question=open_question,
        can_correct=may_correct and not is_struck,
        can_override=decides and not is_struck and any(line.amount for line in lines),
        can_ask=viewer.can(Capability.QUERY_LABOUR) and not is_struck and open_question is None,
        can_answer=viewer.can(Capability.LOG_LABOUR) and open_question is not None,
    )


@prepared
def _timers(technician_id: int | None) -> QuerySet[LabourTimer]:
    rows = LabourTimer.objects.select_related("ticket")
    return rows.filter(technician_id=technician_id)
