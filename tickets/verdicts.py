"""Sealing verdicts: once, on the chain; what proves wrong is corrected by a further row."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from contracts.sla import ClockState, ClockView, FactKind, Timeline
from tickets.ledger import Event, add_fact
from tickets.models import Fact, Ticket, Verdict


class Outcome(StrEnum):
    """How a promise ended."""

    MET = "met"
    MISSED = "missed"


# A clock that runs late is sealed by the sweep, which knows how late it noticed.
OUTCOMES = {ClockState.MET: Outcome.MET, ClockState.MISSED: Outcome.MISSED}

RECEIVED_IN_TIME = (
    "The answer was received before the deadline; the miss was sealed while it was being stored."
)
# Why a sealed verdict is corrected: the newest of these facts since it was sealed says it.
WHY_CORRECTED = {
    FactKind.REOPENED.value: "The ticket was reopened and not solved in the time that was left.",
    FactKind.ABSORBED.value: "Another report was merged in, and its deadline was not kept.",
    FactKind.RELEASED.value: "A merge was undone: the deadline that counted was the other one's.",
    FactKind.UNMERGED.value: "A merge was undone, and the ticket's own clock counts again.",
}


def seal(ticket: Ticket, timeline: Timeline, history: Sequence[Fact], actor: Viewer) -> None:
    """Seal what the stopped clocks say, unless exactly that is sealed already."""
    decided = [view for view in timeline.clocks if view.state in OUTCOMES]
    if not decided:
        return
    rows = Verdict.objects.filter(ticket_id=ticket.pk).select_related("fact").order_by("pk")
    sealed = {verdict.metric: verdict for verdict in rows}
    for view in decided:
        standing = sealed.get(view.metric.value)
        if standing is None or standing.outcome != OUTCOMES[view.state].value:
            _seal_one(ticket, view, standing, history, actor)


def why_corrected(standing: Verdict, history: Sequence[Fact]) -> str:
    """Return in words why the standing verdict no longer holds."""
    since = [fact.kind for fact in history if fact.number > standing.fact.number]
    causes = [WHY_CORRECTED[kind] for kind in since if kind in WHY_CORRECTED]
    return causes[-1] if causes else RECEIVED_IN_TIME


def _seal_one(
    ticket: Ticket,
    view: ClockView,
    standing: Verdict | None,
    history: Sequence[Fact],
    actor: Viewer,
) -> None:
    outcome, due_at = OUTCOMES[view.state], view.due
    if due_at is None:
        return
    reason = why_corrected(standing, history) if standing else ""
    fact = add_fact(
        ticket,
        Event.VERDICT,
        actor,
        at=max(database_now(), ticket.changed_at),
        **verdict_details(
            metric=view.metric.value,
            outcome=outcome.value,
            due_at=due_at,
            stopped_at=view.stopped_at,
            corrects=standing.fact.number if standing else None,
            was=standing.outcome if standing else None,
            reason=reason,
        ),
    )
    Verdict.objects.create(
        provider_id=ticket.provider_id,
        customer_id=ticket.customer_id,
        ticket=ticket,
        metric=view.metric.value,
        outcome=outcome.value,
        due_at=due_at,
        stopped_at=view.stopped_at,
        sealed_at=fact.at,
        fact=fact,
        corrects=standing,
        reason=reason,
    )


def verdict_details(**details: object) -> dict[str, object]:
    """Return what the chain keeps of a verdict; a correction names both values."""
    return {name: value for name, value in details.items() if value not in (None, "")}
