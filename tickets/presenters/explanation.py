"""The printable explanation of a ticket's clocks."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from typing import Any

from calcom_portal.common.parts import Why
from contracts.sla import full_instant, hours, zone_words
from tickets.models import Fact, Ticket
from tickets.presenters.clocks import why_of
from tickets.presenters.words import CLOCK_NAMES, PRIORITY_NAMES
from tickets.snapshot import CLOCK_KINDS, explanation_of, history_of


@dataclass(frozen=True, slots=True)
class ExplainedClock:
    """One clock on paper."""

    name: str
    sentence: str
    why: Why


def present_explanation(ticket: Ticket, zone: zoneinfo.ZoneInfo) -> dict[str, Any]:
    """Return the context of the printable page."""
    explained = explanation_of(ticket, zone)
    timeline = explained.timeline
    facts = [fact for fact in history_of(ticket) if fact.kind in CLOCK_KINDS]
    return {
        "ticket": ticket,
        "clocks": [
            ExplainedClock(CLOCK_NAMES[one.view.metric], one.sentence, why_of(one.view, zone))
            for one in explained.clocks
        ],
        "facts": [
            (full_instant(fact.at, zone, timeline.now), _words(fact), fact.number, fact.digest[:12])
            for fact in facts
        ],
        "promise": timeline.promise,
        "priority_name": PRIORITY_NAMES[timeline.priority],
        "hours": hours(timeline.calendar),
        "as_of": full_instant(timeline.now, zone, timeline.now),
        "zone": zone_words(str(zone)),
        "document_hash": explained.document_hash,
    }


def _words(fact: Fact) -> str:
    name = fact.kind.replace("_", " ").capitalize()
    reason = fact.details.get("reason", "")
    return f"{name}, {fact.actor_name}{f': {reason}' if reason else ''}"
