"""What an act would do, computed before it is done from the same facts and rules."""

from __future__ import annotations

import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.viewer import Viewer
from calcom_portal.common.parts import Cover
from calcom_portal.common.tenancy import database_now
from calcom_portal.common.timewords import spell_instant, spell_span
from contracts.sla import (
    ClockState,
    ClockView,
    Fact,
    FactKind,
    Metric,
    Party,
    Priority,
    Timeline,
    TimelineError,
)
from tickets.actions import may_reopen, pauses_resolve_clock
from tickets.approval import Approval, approvers_of
from tickets.follow_up import published_meanwhile
from tickets.models import Ticket
from tickets.presenters.words import PRIORITY_NAMES, PROMISE_NAMES
from tickets.snapshot import history_of, pure_facts, timeline_from


@dataclass(frozen=True, slots=True)
class Outcome:
    """A ticket's clocks as they are, and as they would be after one more fact."""

    before: Timeline
    after: Timeline
    zone: zoneinfo.ZoneInfo
    now: datetime


def foresee(ticket: Ticket, viewer: Viewer, *facts: Fact) -> Outcome | None:
    """Return what would follow from `facts`, or None where the rules do not allow them."""
    known = pure_facts(history_of(ticket))
    now = max(database_now(), *(fact.at for fact in known))
    try:
        before = timeline_from(known, ticket.promise_reason, now)
        after = timeline_from([*known, *facts], ticket.promise_reason, now)
    except TimelineError:
        return None
    return Outcome(before, after, zoneinfo.ZoneInfo(viewer.zone), now)


def holding(ticket: Ticket, viewer: Viewer, values: dict[str, Any]) -> Cover:
    """Say whether the clock pauses, and until when."""
    party = Party(values.get("party") or Party.CUSTOMER)
    until: datetime | None = values.get("until")
    now = database_now()
    if not pauses_resolve_clock(ticket, party):
        return Cover("note", "No clock stops", _why_running(party))
    fact = Fact(FactKind.HELD, now, party=party, reason="…", until=until)
    outcome = foresee(ticket, viewer, fact)
    if outcome is None or outcome.before.resolve.state in STOPPED:
        return Cover("note", "No clock stops", "The resolve clock is not running.")
    if outcome.before.resolve.is_late:
        return Cover("note", "No clock stops", "The deadline has passed: waiting moves it no more.")
    if until is None:
        return Cover(
            "hold",
            "The resolve clock pauses until it is taken off hold",
            "Or until the customer answers. The response clock never pauses.",
        )
    words = spell_instant(until, now=now, zone=outcome.zone)
    return Cover(
        "hold", f"The resolve clock pauses until {words}", " ".join(moves(outcome, Metric.RESOLVE))
    )


def scheduling(ticket: Ticket, viewer: Viewer, values: dict[str, Any]) -> Cover | None:
    """Say who has to approve the change before."""
    return waiting_approval(ticket, viewer)


def waiting_approval(ticket: Ticket, viewer: Viewer) -> Cover | None:
    """Return who has to approve a change, or None where nothing waits."""
    if ticket.approval != Approval.NEEDED:
        return None
    approvers = dict(approvers_of(ticket).values_list("pk", "name")[:3])
    names = " or ".join(approvers.values()) or "somebody authorised"
    is_mine = viewer.membership_id in approvers
    return Cover(
        "hold",
        "Needs your approval" if is_mine else f"Needs approval by {names}",
        "The work is scheduled once it is approved.",
        ("PROGRAM",),
    )


def _why_running(party: Party) -> str:
    if party in (Party.OWN_PART, Party.OWN_STAFF):
        return "Waiting for our own part or staff never stops a clock."
    return "This contract has no resolve clock, and the response clock never pauses."


def reprioritising(ticket: Ticket, viewer: Viewer, values: dict[str, Any]) -> Cover:
    """Say how each deadline would move."""
    chosen = Priority(values.get("priority") or ticket.priority)
    if chosen == ticket.priority:
        return Cover("note", f"It is {PRIORITY_NAMES[chosen].lower()} already", "Nothing moves.")
    outcome = foresee(
        ticket, viewer, Fact(FactKind.PRIORITY_CHANGED, database_now(), priority=chosen)
    )
    told = "The customer is told. " if chosen is Priority.MINOR else ""
    lines = [line for metric in Metric for line in (moves(outcome, metric) if outcome else [])]
    return Cover(
        "risk" if chosen is Priority.MINOR else "note",
        f"It becomes: {PRIORITY_NAMES[chosen].lower()}",
        told + (" ".join(lines) or "No deadline moves."),
    )


def resolving(ticket: Ticket, viewer: Viewer, values: dict[str, Any]) -> Cover:
    """Say which promises are settled by it."""
    now = database_now()
    outcome = foresee(ticket, viewer, Fact(FactKind.REPLIED, now), Fact(FactKind.RESOLVED, now))
    lines = [line for metric in Metric for line in (_verdicts(outcome, metric) if outcome else [])]
    return Cover(
        "note",
        "The customer is told, and can reopen it",
        " ".join(lines) or "No promise is settled by it.",
    )


def closing(ticket: Ticket, viewer: Viewer, values: dict[str, Any]) -> Cover:
    """Say what ends."""
    view = (foresee(ticket, viewer) or _nothing(ticket, viewer)).before.respond
    if view.is_open and not view.is_late:
        return Cover(
            "risk",
            "Nobody has answered yet",
            "Closed like this, the response promise ends without a verdict."
            " To answer, resolve it instead.",
        )
    return Cover("note", "The ticket ends", "It can be reopened.")


def _nothing(ticket: Ticket, viewer: Viewer) -> Outcome:
    known = pure_facts(history_of(ticket))
    now = max(database_now(), *(fact.at for fact in known))
    timeline = timeline_from(known, ticket.promise_reason, now)
    return Outcome(timeline, timeline, zoneinfo.ZoneInfo(viewer.zone), now)


def reopening(ticket: Ticket, viewer: Viewer, values: dict[str, Any]) -> Cover:
    """Say whether the old clock goes on."""
    if not may_reopen(ticket):
        return Cover(
            "note",
            "This becomes a new ticket",
            f"{ticket.reference} was solved too long ago to continue its clocks."
            " The new one is linked to it.",
        )
    published = [fact for _, fact in published_meanwhile(ticket)]
    outcome = foresee(ticket, viewer, Fact(FactKind.REOPENED, database_now()), *published)
    view = outcome.after.resolve if outcome else None
    if outcome is None or view is None or view.due is None:
        return Cover("note", "The ticket is open again", "Its history stays as it is.")
    due = spell_instant(view.due, now=outcome.now, zone=outcome.zone)
    left = spell_span(view.left) if view.left else "nothing"
    return Cover(
        "note",
        f"The resolve clock goes on: due {due}",
        f"{left} is left; the time it was closed does not count.",
    )


def merging(ticket: Ticket, viewer: Viewer, values: dict[str, Any]) -> Cover:
    """Say what each of the two keeps."""
    return Cover(
        "risk",
        f"{ticket.reference} ends, and its clocks are not judged",
        "The other ticket keeps the earlier opening and the stricter open deadline."
        " A miss stays a miss. The merge can be undone.",
    )


def unmerging(ticket: Ticket, viewer: Viewer, values: dict[str, Any]) -> Cover:
    """Say what comes back."""
    return Cover(
        "note",
        f"{ticket.reference} is open again with its own clocks",
        "They count as if there had been no merge.",
    )


def calling(ticket: Ticket, viewer: Viewer, values: dict[str, Any]) -> Cover | None:
    """Say that a call is an answer."""
    outcome = foresee(ticket, viewer, Fact(FactKind.CALLED, database_now()))
    lines = _verdicts(outcome, Metric.RESPOND) if outcome else []
    return Cover("note", "A call is an answer", lines[0]) if lines else None


STOPPED = frozenset(
    {ClockState.NONE, ClockState.MET, ClockState.MISSED, ClockState.MERGED, ClockState.ENDED}
)


def moves(outcome: Outcome, metric: Metric) -> Sequence[str]:
    """Return how the deadline of one clock moves, as a sentence, or nothing."""
    before, after = _view(outcome.before, metric), _view(outcome.after, metric)
    if before.due == after.due or not (before.is_open or after.is_open):
        return []
    name = f"The {PROMISE_NAMES[metric]} deadline"
    if after.due is None:
        return [f"{name} is open until then."]
    to = spell_instant(after.due, now=outcome.now, zone=outcome.zone)
    late = ", which is late at once" if after.state is ClockState.LATE else ""
    if before.due is None:
        return [f"{name} is set to {to}{late}."]
    since = spell_instant(before.due, now=outcome.now, zone=outcome.zone)
    return [f"{name} moves from {since} to {to}{late}."]


def _verdicts(outcome: Outcome, metric: Metric) -> Sequence[str]:
    before, after = _view(outcome.before, metric), _view(outcome.after, metric)
    if not before.is_open or after.is_open or after.target is None:
        return []
    name = f"The {PROMISE_NAMES[metric]} promise ({after.target.words()})"
    kept = after.state is ClockState.MET
    return [f"{name} is {'kept' if kept else 'recorded as missed'}."]


def _view(timeline: Timeline, metric: Metric) -> ClockView:
    return timeline.respond if metric is Metric.RESPOND else timeline.resolve
