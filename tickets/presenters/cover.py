"""What is promised for a report that is being written: shown before it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from calcom_portal.common.parts import Cover, Why
from calcom_portal.common.timewords import spell_instant
from contracts.promised import Promised
from contracts.sla import ClockView, Fact, FactKind, Priority, timeline
from tickets.presenters.clocks import why_of
from tickets.presenters.words import PRIORITY_NAMES

KEY = "terms"


@dataclass(frozen=True, slots=True)
class Outlook:
    """The promise in short (`cover`), and why: `reason` of the priority, `why` of the time."""

    cover: Cover
    reason: str
    why: Why | None
    is_closed: bool
    is_emergency: bool


def outlook(
    promised: Promised, priority: Priority, reason: str, now: datetime, zone: tzinfo
) -> Outlook:
    """Return what would be promised if the report were sent now."""
    view = opening_view(promised, priority, now)
    is_emergency = priority is Priority.EMERGENCY
    if view.due is None or view.target is None:
        return Outlook(_no_promise(promised), reason, None, False, is_emergency)
    by = spell_instant(view.due, now=now, zone=zone)
    is_closed = view.counts_from > now
    text = f"{PRIORITY_NAMES[priority]}, within {view.target.words()}."
    if is_closed:
        opens = spell_instant(view.counts_from, now=now, zone=zone)
        text += f" We are closed now: counting starts {opens}."
    title = f"Covered by {promised.tier_name or promised.promise.label} · we respond by {by}"
    return Outlook(Cover("yes", title, text), reason, why_of(view, zone), is_closed, is_emergency)


def opening_view(promised: Promised, priority: Priority, now: datetime) -> ClockView:
    """Return the response clock of a ticket that is opened now."""
    opened = Fact(FactKind.OPENED, now, priority=priority, calendar_id=KEY, promise_id=KEY)
    return timeline([opened], {KEY: promised.promise}, {KEY: promised.calendar}, now).respond


def _no_promise(promised: Promised) -> Cover:
    text = f"{promised.reason} We read every report and answer as soon as we can."
    return Cover("none", "No response promise", text)
