"""What follows from the facts: clock rows, cached columns, sealed verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts.models import Provider
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from contracts.sla import RESPONSES, ClockState, ClockView, FactKind, Timeline
from tickets.ledger import add_fact
from tickets.models import Clock, Fact, Ticket
from tickets.snapshot import history_of, timeline_of
from tickets.states import State
from tickets.verdicts import seal

CACHED = (
    "changed_at",
    "responded_at",
    "resolved_at",
    "next_deadline_at",
    "next_metric",
    "wake_at",
)
PROJECTED = (
    "state",
    "due_at",
    "stopped_at",
    "rung_shares",
    "rung_times",
    "next_rung",
    "next_at",
)
SOLVED = frozenset({FactKind.RESOLVED.value, FactKind.CLOSED.value})

__all__ = ["add_fact", "cache_deadlines", "clock_rows", "settle"]


def settle(ticket: Ticket, actor: Viewer, *changed: str) -> Timeline:
    """Recompute what follows from the facts and save it, with the fields named in `changed`.

    The ticket must be locked (`lock_ticket`). Seals a verdict for each clock that stopped.
    """
    history = history_of(ticket)
    timeline = timeline_of(ticket, history=history)
    _save_clocks(ticket, timeline)
    seal(ticket, timeline, history, actor)
    cache_deadlines(ticket, timeline, history)
    ticket.save(update_fields=[*CACHED, *changed])
    return timeline


def cache_deadlines(ticket: Ticket, timeline: Timeline, history: Sequence[Fact]) -> None:
    """Set the columns of the ticket that repeat its facts."""
    ticket.changed_at = max(database_now(), ticket.changed_at)
    ticket.responded_at = _responded_at(history)
    ticket.resolved_at = _resolved_at(history)
    due, metric = next_deadline(ticket, timeline)
    ticket.next_deadline_at, ticket.next_metric = due, metric
    ticket.wake_at = _wake_at(ticket, timeline)


def next_deadline(ticket: Ticket, timeline: Timeline) -> tuple[datetime | None, str]:
    """Return the earliest deadline that can still be missed or is being missed, and its metric."""
    owed = [
        (view.due, view.metric.value)
        for view in timeline.clocks
        if ticket.is_live and view.is_open and view.due is not None
    ]
    return min(owed, default=(None, ""))


def clock_rows(ticket: Ticket, timeline: Timeline) -> list[Clock]:
    """Return the clocks of a ticket that has none yet, not saved."""
    return [project(_new_clock(ticket, view), view) for view in timeline.clocks]


def project(clock: Clock, view: ClockView) -> Clock:
    """Write into the row what the sweep needs of a view.

    A row is "running" outside hours too: opening and closing time pass without anybody writing.
    Rungs that cannot be reached any more are left out: every instant in the row is or will be true.
    """
    fired = set(clock.rung_shares[: clock.next_rung])
    rungs = _reachable(view, list(zip(clock.rung_shares, clock.rung_times, strict=True)))
    state = ClockState.RUNNING if view.state is ClockState.WAITING else view.state
    clock.state = state.value
    clock.due_at, clock.stopped_at = view.due, view.stopped_at
    clock.rung_shares = [share for share, _ in rungs]
    clock.rung_times = [instant for _, instant in rungs]
    waiting = (place for place, (share, _) in enumerate(rungs) if share not in fired)
    clock.next_rung = next(waiting, len(rungs))
    clock.next_at = rungs[clock.next_rung][1] if clock.next_rung < len(rungs) else None
    return clock


def _reachable(
    view: ClockView, former: Sequence[tuple[int, datetime]]
) -> list[tuple[int, datetime]]:
    if view.is_open and view.due is not None:
        return list(view.rungs)
    # Held without a date, or stopped: what was reached before is still recorded by the sweep.
    reached_by = view.stopped_at or view.now
    rungs = view.rungs or former
    return [(share, instant) for share, instant in rungs if instant < reached_by]


def _save_clocks(ticket: Ticket, timeline: Timeline) -> None:
    rows = {clock.metric: clock for clock in ticket.clocks.all()}
    for view in timeline.clocks:
        clock = rows[view.metric.value]
        before = [getattr(clock, field) for field in PROJECTED]
        project(clock, view)
        if before != [getattr(clock, field) for field in PROJECTED]:
            clock.save(update_fields=[*PROJECTED])


def _new_clock(ticket: Ticket, view: ClockView) -> Clock:
    return Clock(
        provider_id=ticket.provider_id,
        customer_id=ticket.customer_id,
        ticket=ticket,
        metric=view.metric.value,
    )


def _responded_at(history: Sequence[Fact]) -> datetime | None:
    kinds = {kind.value for kind in RESPONSES}
    return min((fact.at for fact in history if fact.kind in kinds), default=None)


def _resolved_at(history: Sequence[Fact]) -> datetime | None:
    resolved_at = None
    for fact in history:
        if fact.kind in SOLVED:
            resolved_at = resolved_at or fact.at
        elif fact.kind == FactKind.REOPENED.value:
            resolved_at = None
    return resolved_at


def _wake_at(ticket: Ticket, timeline: Timeline) -> datetime | None:
    if ticket.state == State.RESOLVED.value and ticket.resolved_at is not None:
        provider = Provider.objects.get(pk=ticket.provider_id)
        return ticket.resolved_at + timedelta(days=provider.close_after_days)
    if ticket.state == State.HELD.value and timeline.hold is not None:
        return timeline.hold.until
    return None
