"""The nightly check: what is stored must be what the facts say. It reports, and repairs nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from calcom_portal.common.tenancy import system_scope
from notifications.alarms import raise_alarm
from tickets.clockwork import next_deadline, project
from tickets.models import Clock, Ticket
from tickets.snapshot import timeline_of
from tickets.states import State

log = logging.getLogger(__name__)

REASON = "compare stored deadlines with the facts"
BATCH = 200
KIND = "clock_differs"


@dataclass(frozen=True, slots=True)
class Recheck:
    """How many open tickets were looked at, and how many differ from their facts."""

    tickets: int = 0
    differing: int = 0


def recheck_clocks() -> Recheck:
    """Recompute every open ticket and raise an alarm for each one that differs."""
    looked_at, differing, last = 0, 0, 0
    while True:
        with system_scope(REASON):
            batch = list(_open_after(last))
            for ticket in batch:
                differing += _report(ticket)
        if not batch:
            return Recheck(looked_at, differing)
        looked_at, last = looked_at + len(batch), batch[-1].pk


def differences(ticket: Ticket) -> Iterator[str]:
    """Yield in words what is stored of a ticket but does not follow from its facts."""
    timeline = timeline_of(ticket)
    due, metric = next_deadline(ticket, timeline)
    if (ticket.next_deadline_at, ticket.next_metric) != (due, metric):
        yield f"next deadline {ticket.next_deadline_at} instead of {due}"
    for view in timeline.clocks:
        clock = next(row for row in ticket.clocks.all() if row.metric == view.metric.value)
        before = _facts_of(clock)
        if before != _facts_of(project(clock, view)):
            yield f"{view.metric.value} clock {before} instead of {_facts_of(clock)}"
    is_held = timeline.hold is not None
    if is_held != (ticket.state == State.HELD.value) and not _hold_just_ended(ticket):
        yield "the state tells another hold than the facts"


def _open_after(last: int) -> Iterator[Ticket]:
    rows = Ticket.objects.live().filter(pk__gt=last).order_by("pk").prefetch_related("clocks")
    yield from rows[:BATCH]


def _report(ticket: Ticket) -> bool:
    try:
        found = "; ".join(differences(ticket))
    except Exception as error:
        log.exception("recheck.failed ticket=%s", ticket.reference)
        found = f"its facts cannot be read ({type(error).__name__})"
    if found:
        log.error("recheck.differs ticket=%s", ticket.reference)
        raise_alarm(ticket.provider_id, KIND, ticket.reference, f"{ticket.reference}: {found}.")
    return bool(found)


def _facts_of(clock: Clock) -> tuple[object, ...]:
    # Late is noticed by the sweep, paused ends by itself: neither is a difference.
    is_open = clock.state in ("running", "late", "paused")
    return ("open" if is_open else clock.state, clock.due_at, clock.stopped_at)


def _hold_just_ended(ticket: Ticket) -> bool:
    return ticket.state == State.HELD.value and ticket.wake_at is not None
