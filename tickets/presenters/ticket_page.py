"""The page of one ticket, for both sides of the agreement."""

from __future__ import annotations

import hashlib
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Max, OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.urls import NoReverseMatch, reverse

from accounts.models import Membership
from accounts.viewer import Viewer
from calcom_portal.common.parts import Bar, Cover, TimeLeft, Why
from calcom_portal.common.prepared import prepared
from calcom_portal.common.tenancy import database_now
from contracts.cover_of import cover_by_terms
from contracts.promised import service_calendar
from contracts.sla import ClockState, ClockView, Timeline, sentence
from tickets.erased import as_erased
from tickets.forms.report import answered
from tickets.labour import inspections_before
from tickets.models import Attachment, Fact, Kind, Message, Ticket, Watcher
from tickets.page_parts import parts_of
from tickets.presenters.actions_bar import actions_for
from tickets.presenters.clocks import bar_of, time_left, why_of
from tickets.presenters.consequences import waiting_approval
from tickets.presenters.labour import labour_sight
from tickets.presenters.pay import pay_line
from tickets.presenters.thread import Entry, File, Seal, Telling, entries_of
from tickets.presenters.words import CLOCK_NAMES, PRIORITY_NAMES, STATE_ICONS, phone_of, size_of
from tickets.queue import minute_of
from tickets.snapshot import history_of, timeline_of
from tickets.states import State
from tickets.triage import Answers
from tickets.wishes import WISH

# Part of every ETag: raise it when the markup of the live part changes.
MARKUP = "2"
OPEN_CLOCKS = frozenset(
    {ClockState.RUNNING, ClockState.WAITING, ClockState.PAUSED, ClockState.LATE}
)


@dataclass(frozen=True, slots=True)
class ClockPanel:
    """One clock: while it is open time left and bar, afterwards the seal; always why."""

    name: str
    state: str
    left: TimeLeft | None
    bar: Bar | None
    seal: Seal | None
    why: Why
    why_id: str


@dataclass(frozen=True, slots=True)
class TicketSight:
    """All that a ticket's page shows, read once."""

    ticket: Ticket
    viewer: Viewer
    facts: Sequence[Fact]
    messages: Sequence[Message]
    attachments: Sequence[Attachment]
    watchers: Sequence[Membership]
    timeline: Timeline

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """Return the reader's zone."""
        return zoneinfo.ZoneInfo(self.viewer.zone)


def look_at(ticket: Ticket, viewer: Viewer) -> TicketSight:
    """Read what the page shows: three queries. Customers never get internal messages or files."""
    facts = as_erased(ticket, history_of(ticket))
    messages = _messages(ticket.pk, not viewer.is_customer)
    return TicketSight(
        ticket=ticket,
        viewer=viewer,
        facts=facts,
        messages=messages,
        attachments=[file for message in messages for file in _files_of(message)],
        watchers=[one.membership for one in _watchers(ticket.pk)],
        timeline=timeline_of(ticket, history=facts),
    )


@prepared
def _messages(ticket_id: int, with_internal: bool) -> QuerySet[Message]:
    files = Attachment.objects.filter(message=OuterRef("pk"), internal__lte=with_internal)
    shown = JSONObject(id="pk", name="name", size="size", internal="internal")
    rows = Message.objects.filter(ticket_id=ticket_id, internal__lte=with_internal)
    return rows.annotate(files=ArraySubquery(files.order_by("pk").values(file=shown))).order_by(
        "id"
    )


def _files_of(message: Message) -> list[Attachment]:
    """Return the files that came along with a message."""
    found: list[dict[str, Any]] = message.files  # type: ignore[attr-defined]
    return [Attachment(message_id=message.pk, **file) for file in found]


@prepared
def _watchers(ticket_id: int) -> QuerySet[Watcher]:
    rows = Watcher.objects.filter(ticket_id=ticket_id).select_related("membership")
    return rows.order_by("membership__name")


def etag_of(ticket: Ticket, viewer: Viewer, now: datetime) -> str:
    """Return the ETag of the live part, "content.minute": two cheap queries, nothing is built."""
    facts = Fact.objects.filter(ticket_id=ticket.pk).aggregate(newest=Max("number"))
    watchers = Watcher.objects.filter(ticket_id=ticket.pk).count()
    return _etag(ticket, viewer, now, facts["newest"], watchers)


def _etag_of_sight(sight: TicketSight) -> str:
    """Return the same from what the page has read already."""
    newest = max((fact.number for fact in sight.facts), default=None)
    return _etag(sight.ticket, sight.viewer, database_now(), newest, len(sight.watchers))


def _etag(ticket: Ticket, viewer: Viewer, now: datetime, newest: int | None, watchers: int) -> str:
    seen = (MARKUP, viewer, ticket.reference, ticket.changed_at, newest, watchers)
    # The minute makes it ring by itself: what turns soon, late or open is seen without any change.
    return f'"{hashlib.sha256(repr(seen).encode()).hexdigest()[:32]}.{minute_of(now)}"'


def is_news(etag: str, known: str) -> bool:
    """Has more than the minute changed since the reader got `known`?"""
    return etag.partition(".")[0] != known.partition(".")[0]


def present_ticket(sight: TicketSight) -> dict[str, Any]:
    """Return the context of the page's live part."""
    ticket, viewer, timeline = sight.ticket, sight.viewer, sight.timeline
    telling = Telling(timeline.now, sight.zone, timeline.respond, ticket.customer.name)
    return {
        "ticket": ticket,
        "viewer": viewer,
        "priority_name": PRIORITY_NAMES[timeline.priority],
        "kind_name": Kind(ticket.kind).label,
        "state_name": State(ticket.state).label,
        "state_icon": STATE_ICONS[State(ticket.state)],
        "entries": entries_of(
            sight.messages, sight.attachments, sight.facts, telling, _url_in(ticket)
        ),
        "panels": panels_of(timeline, sight.zone),
        "no_promise": _no_promise(ticket, timeline),
        "contract_cover": _contract_cover(ticket),
        "pay": _pay(ticket, sight.timeline.now),
        "labour": labour_sight(ticket, viewer, timeline.now, _kinds(sight.facts)),
        "files": _files(sight),
        "people": sight.watchers,
        "answers": _answers(ticket),
        "phone": phone_of(ticket.reporter.phone) if viewer.is_staff and ticket.reporter else "",
        "reach": ticket.answers.get("reach", ""),
        "wanted": _wanted(ticket),
        "actions": actions_for(ticket, viewer),
        "approval": waiting_approval(ticket, viewer),
        "parts": parts_of(viewer, ticket),
        "device_url": _link("device", ticket.device_id) if viewer.is_staff else "",
        "site_url": _link("site", ticket.site_id) if viewer.is_staff else "",
        "customer_url": _link("customer", ticket.customer_id) if viewer.is_staff else "",
        "etag": _etag_of_sight(sight),
    }


def panels_of(timeline: Timeline, zone: zoneinfo.ZoneInfo) -> list[ClockPanel]:
    """Return the clocks that were promised; the one that is due next comes first."""
    promised = [view for view in timeline.clocks if view.target is not None]
    open_first = sorted(promised, key=lambda view: (view.state not in OPEN_CLOCKS,))
    return [_panel(view, zone) for view in open_first]


def _panel(view: ClockView, zone: zoneinfo.ZoneInfo) -> ClockPanel:
    is_open = view.state in OPEN_CLOCKS
    left = time_left(view, zone) if is_open else None
    return ClockPanel(
        name=CLOCK_NAMES[view.metric],
        state=left.state.value if left else "",
        left=left,
        bar=bar_of(view, zone) if is_open else None,
        seal=None if is_open else Seal(VERDICTS.get(view.state, "none"), sentence(view, zone)),
        why=why_of(view, zone),
        why_id=f"why-{view.metric.value}",
    )


VERDICTS = {ClockState.MET: "met", ClockState.MISSED: "missed"}


def _no_promise(ticket: Ticket, timeline: Timeline) -> Cover | None:
    if timeline.respond.target is not None:
        return None
    text = ticket.promise_reason or timeline.promise.none_reason
    return Cover("none", "No response promise", text)


def _contract_cover(ticket: Ticket) -> Cover | None:
    if ticket.contract is None or ticket.terms is None:
        return None
    title = f"Covered by {ticket.terms.tier_name}"
    return Cover("yes", title, ticket.promise_reason)


def _pay(ticket: Ticket, now: datetime) -> Cover | None:
    """Return who would pay for work that is done now; None when there is nothing left to do."""
    if not ticket.is_live:
        return None
    calendar = service_calendar(ticket.calendar_version_id)
    if ticket.terms is not None and ticket.contract is not None:
        # Read with the ticket already, under its other name.
        ticket.terms.contract = ticket.contract
    cover = cover_by_terms(ticket.terms, calendar, ticket.customer_id, ticket.device, now)
    done = 0
    if ticket.kind == Kind.INSPECTION:
        done = inspections_before(ticket.customer_id, ticket.device_id, cover, of=ticket)
    return pay_line(Kind(ticket.kind), cover, now, done)


def _kinds(facts: Sequence[Fact]) -> frozenset[str]:
    return frozenset(fact.kind for fact in facts)


def _files(sight: TicketSight) -> list[File]:
    url_of = _url_in(sight.ticket)
    return [
        File(one.name, size_of(one.size), url_of(one), one.internal) for one in sight.attachments
    ]


def _answers(ticket: Ticket) -> list[tuple[str, str]]:
    known = {name: ticket.answers.get(name, "") for name in ("handset", "how_many", "reachable")}
    return answered(Answers.from_dict(known))


def _wanted(ticket: Ticket) -> list[datetime]:
    """Return start and end of the wished time, or nothing. Half a wish was possible once."""
    wish = [ticket.answers.get(name) for name in WISH]
    return [datetime.fromisoformat(moment) for moment in wish] if all(wish) else []


def _url_in(ticket: Ticket) -> Any:
    return lambda one: reverse("attachment", args=[ticket.reference, one.pk])


def _link(name: str, pk: int | None) -> str:
    if pk is None:
        return ""
    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return ""


__all__ = ["Entry", "TicketSight", "etag_of", "look_at", "panels_of", "present_ticket"]
