"""The monitoring board as its templates print it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from calcom_portal.common.timewords import spell_age
from contracts.models import Site
from monitoring.board import DeviceStand, Overview
from monitoring.drawing import Dots, draw_dots
from monitoring.models import Check, Incident, IncidentKind
from monitoring.standing import Face, Shown

# Part of every ETag: raise it when the markup changes.
MARKUP = "3"
# Something is asked every few seconds, and each check every half an hour at the least.
STOPPED = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the head: how many devices, with the light and the word of their state."""

    count: int
    face: Face
    note: str


@dataclass(frozen=True, slots=True)
class OutageRow:
    """An outage: what, where, how long ago it began, how long it lasted, what hangs on it."""

    incident: Incident
    face: Face
    age: str
    lasted: str
    behind: int


@dataclass(frozen=True, slots=True)
class DoubtRow:
    """A check that stands in trouble of which nothing is proven yet."""

    check: Check
    face: Face
    age: str


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site: a dot a device, and its worst state in words."""

    site: Site
    dots: Dots
    face: Face
    words: str


# Several states under one head.
SHAKY = replace(Shown.SUSPECT.face, word="In doubt")


def head_figures(shown: Overview) -> list[Figure]:
    """Return the figures over the board."""
    counts = shown.counts
    down = counts[Shown.DOWN] + counts[Shown.UNREACHABLE]
    shaky = sum(counts[one] for one in Shown if one.is_trouble) - down - counts[Shown.UNKNOWN]
    unwatched = shown.installed - len(shown.stands)
    return [
        Figure(down, Shown.DOWN.face, _behind(counts)),
        Figure(shaky, SHAKY, "suspect, recovering, impaired"),
        Figure(counts[Shown.UNKNOWN], Shown.UNKNOWN.face, "our side could not ask"),
        Figure(counts[Shown.UP], Shown.UP.face, _watched(shown)),
        Figure(unwatched, Shown.UNWATCHED.face, f"of {shown.installed} in service"),
    ]


def _watched(shown: Overview) -> str:
    planned = shown.counts[Shown.PLANNED]
    silent = f", {planned} in planned work" if planned else ""
    return f"of {len(shown.stands)} watched{silent}"


def stopped_since(shown: Overview, now: datetime) -> datetime | None:
    """Return when the last answer came, if that is so long ago that nobody can be asking."""
    last_at = shown.last_at
    return last_at if last_at is not None and now - last_at > STOPPED else None


def _behind(counts: Counter[Shown]) -> str:
    unreachable = counts[Shown.UNREACHABLE]
    return f"{unreachable} of them behind another" if unreachable else "devices"


def outage_rows(incidents: Sequence[Incident], now: datetime) -> list[OutageRow]:
    """Put outages into rows."""
    return [outage_row(one, now) for one in incidents]


def outage_row(incident: Incident, now: datetime) -> OutageRow:
    """Put one outage into a row."""
    over_at = incident.recovered_at or incident.closed_at or now
    return OutageRow(
        incident=incident,
        face=face_of(incident),
        age=spell_age(now - incident.opened_at),
        lasted=spell_age(over_at - incident.opened_at),
        behind=getattr(incident, "behind", 0),
    )


def face_of(incident: Incident) -> Face:
    """Return how an outage looks: it may be over without being closed yet."""
    if incident.closed_at:
        return Shown.UP.face
    if incident.kind == IncidentKind.FLAPPING:
        return Shown.FLAPPING.face
    return Shown.RECOVERING.face if incident.recovered_at else Shown.DOWN.face


def doubt_rows(checks: Sequence[Check], now: datetime) -> list[DoubtRow]:
    """Put doubtful checks into rows."""
    return [
        DoubtRow(check, Shown(getattr(check, "shown")).face, spell_age(now - check.since))  # noqa: B009 - an annotation
        for check in checks
    ]


def site_rows(sites: Sequence[Site], shown: Overview) -> list[SiteRow]:
    """Put sites into rows."""
    return [_site_row(site, shown.sites.get(site.pk, [])) for site in sites]


def _site_row(site: Site, stands: Sequence[DeviceStand]) -> SiteRow:
    counts = Counter(stand.shown for stand in stands)
    words = ", ".join(
        f"{count} {one.face.word.lower()}" for one, count in sorted(counts.items(), reverse=True)
    )
    worst = max(counts, default=Shown.UNWATCHED)
    return SiteRow(site, draw_dots([stand.shown.face.light for stand in stands]), worst.face, words)


def etag_of(context: dict[str, Any], shown: Overview, who: str) -> str:
    """Return what changes whenever the part would look otherwise; ages change by the minute."""
    seen: list[Any] = [
        (stand.device_id, int(stand.shown)) for stands in shown.sites.values() for stand in stands
    ]
    for row in context["outages"]:
        one = row.incident
        ticket = (one.ticket.state, one.ticket.assignee_id) if one.ticket else ()
        seen.append((one.pk, row.age, row.behind, row.face.word, ticket))
    seen += [
        (row.check.pk, row.age, row.face.word, row.check.last_words) for row in context["doubts"]
    ]
    seen += [(row.site.pk, row.site.name) for row in context["sites"]]
    seen += [(work.row.pk, work.row.title, work.ends_at) for work in shown.works]
    seen += [context["stopped_since"], context["our_side_since"]]
    text = f"{MARKUP} {who} {seen}"
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'
