"""From the stored facts of a ticket to its clocks: the bridge between rows and `contracts.sla`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from django.db.models import QuerySet

from calcom_portal.common.prepared import prepared
from calcom_portal.common.tenancy import database_now
from contracts import sla
from contracts.promised import promise_of_terms, service_calendar
from tickets.models import Fact, Ticket

NO_PROMISE = "none"


@dataclass(frozen=True, slots=True)
class ClockExplanation:
    """One clock in words: the sentence on top, why, and the lines of the calculation."""

    view: sla.ClockView
    sentence: str
    why: tuple[str, ...]
    lines: tuple[sla.Line, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why the deadlines of a ticket are what they are, for pages, print and the console."""

    timeline: sla.Timeline
    document: dict[str, object]
    document_hash: str
    clocks: tuple[ClockExplanation, ...]


def history_of(ticket: Ticket) -> list[Fact]:
    """Return the facts of a ticket as they were recorded."""
    return _facts_of(ticket.pk)


@prepared
def _facts_of(ticket_id: int) -> QuerySet[Fact]:
    return Fact.objects.filter(ticket_id=ticket_id).order_by("number")


def timeline_of(
    ticket: Ticket, now: datetime | None = None, history: Sequence[Fact] | None = None
) -> sla.Timeline:
    """Return the clocks of a ticket at `now` (the scope's own instant unless given).

    Raises sla.TimelineError for facts that contradict each other.
    """
    rows = history_of(ticket) if history is None else history
    return timeline_from(pure_facts(rows), ticket.promise_reason, now or _latest(rows))


def timeline_from(
    facts: Sequence[sla.Fact],
    promise_reason: str,
    now: datetime,
    calendars: Mapping[str, sla.ServiceCalendar] | None = None,
) -> sla.Timeline:
    """Return the clocks that follow from `facts`; `calendars` adds versions not stored yet."""
    return sla.timeline(
        facts, _promises(facts, promise_reason), _calendars(facts, calendars or {}), now
    )


def pure_facts(rows: Iterable[Fact]) -> list[sla.Fact]:
    """Return the stored facts that the clock depends on, in the form of `contracts.sla`."""
    return [_pure(row.kind, row.at, row.details) for row in rows if row.kind in CLOCK_KINDS]


def explanation_of(ticket: Ticket, zone: tzinfo | str, now: datetime | None = None) -> Explanation:
    """Return the printable explanation of a ticket's clocks, times in `zone`."""
    timeline = timeline_of(ticket, now)
    document = sla.document(ticket.reference, timeline, zone)
    return Explanation(
        timeline=timeline,
        document=document,
        document_hash=sla.document_hash(document),
        clocks=tuple(
            ClockExplanation(
                view, sla.sentence(view, zone), sla.why(view, zone), sla.explain(view, zone)
            )
            for view in timeline.clocks
        ),
    )


def promise_key(terms_id: int | None) -> str:
    """Return the name under which facts know the promise of frozen terms."""
    return NO_PROMISE if terms_id is None else str(terms_id)


CLOCK_KINDS = frozenset(kind.value for kind in sla.FactKind)


def _latest(rows: Sequence[Fact]) -> datetime:
    # A fact of a request that began later may already be stored: nothing stored is in the future.
    return max([database_now(), *(row.at for row in rows)])


def _pure(kind: str, at: datetime, details: Mapping[str, Any]) -> sla.Fact:
    return sla.Fact(
        kind=sla.FactKind(kind),
        at=at,
        priority=sla.Priority(details["priority"]) if "priority" in details else None,
        party=sla.Party(details["party"]) if "party" in details else None,
        reason=details.get("reason", ""),
        until=_instant(details.get("until")),
        calendar_id=details.get("calendar_id"),
        promise_id=details.get("promise_id"),
        other=details.get("other", ""),
        other_opened_at=_instant(details.get("other_opened_at")),
        other_due=tuple(
            (sla.Metric(metric), datetime.fromisoformat(due))
            for metric, due in details.get("other_due", ())
        ),
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _promises(facts: Sequence[sla.Fact], reason: str) -> dict[str, sla.Promise]:
    keys = {fact.promise_id for fact in facts if fact.promise_id is not None}
    return {
        key: sla.Promise.none(reason) if key == NO_PROMISE else promise_of_terms(int(key))
        for key in keys
    }


def _calendars(
    facts: Sequence[sla.Fact], given: Mapping[str, sla.ServiceCalendar]
) -> dict[str, sla.ServiceCalendar]:
    keys = {fact.calendar_id for fact in facts if fact.calendar_id is not None}
    return {key: given.get(key) or service_calendar(int(key)) for key in keys}
