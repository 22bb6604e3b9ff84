"""What is promised for a report that is being written: shown before it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from calcom_portal.common.parts import Cover, Why
from calcom_portal.common.timewords import spell_instant
from contracts.promised import Promised
from contracts.sla import ClockState, ClockView, Fact, FactKind, Priority, timeline
from tickets.presenters.clocks import why_of
from tickets.presenters.words import PRIORITY_NAMES

KEY = "terms"


@dataclass(frozen=True, slots=True)
class Outlook:
    """The promise in one line, why it is so, and what happens out of hours."""

    cover: Cover
    why: Why | None
    starts: str
    is_emergency: bool
    due: datetime | None


def outlook(
    promised: Promised,
    priority: Priority,
    reason: str,
    now: datetime,
    zone: tzinfo,
    *,
    is_ours: bool,
) -> Outlook:
    """Return what would be promised if the report were sent now.

    `is_ours`: read by the provider's own people, who say "we" of themselves too.
    """
    view = opening_view(promised, priority, now)
    is_emergency = priority is Priority.EMERGENCY
    if view.due is None:
        return Outlook(_no_promise(promised, view), None, "", is_emergency, None)
    by = spell_instant(view.due, now=now, zone=zone)
    target = view.target.words() if view.target else ""
    cover = Cover(
        kind="yes",
        title=f"Covered by {promised.tier_name or promised.promise.label} · we respond by {by}",
        text=f"{PRIORITY_NAMES[priority]}, within {target}. {reason}"
        if reason
        else f"Requests are answered like a minor problem, within {target}.",
    )
    starts = ""
    if view.counts_from > now:
        opens = spell_instant(view.counts_from, now=now, zone=zone)
        starts = f"We are closed now: counting starts {opens}."
    return Outlook(cover, why_of(view, zone), starts, is_emergency, view.due)


def opening_view(promised: Promised, priority: Priority, now: datetime) -> ClockView:
    """Return the response clock of a ticket that is opened now."""
    opened = Fact(FactKind.OPENED, now, priority=priority, calendar_id=KEY, promise_id=KEY)
    return timeline([opened], {KEY: promised.promise}, {KEY: promised.calendar}, now).respond


def _no_promise(promised: Promised, view: ClockView) -> Cover:
    reason = promised.reason if view.state is ClockState.NONE else ""
    return Cover(
        kind="none",
        title="No response promise",
        text=f"{reason} We read every report and answer as soon as we can.".strip(),
    )
