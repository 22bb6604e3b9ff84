"""The page of the dispatch queue: tabs, filters, groups of rows, and where it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.viewer import Viewer
from calcom_portal.common.parts import Pager
from calcom_portal.common.timewords import spell_instant
from contracts.promised import service_calendar
from tickets.models import Kind
from tickets.models.ticket import PRIORITIES
from tickets.paging import Cursor
from tickets.presenters.queue_rows import (
    Clockwork,
    Row,
    clockwork_of,
    fetch_rows,
    in_groups,
    present_rows,
    usual_windows,
    windows_of,
)
from tickets.queue import (
    COUNT_LIMIT,
    PAGE_SIZE,
    ClockFilter,
    QueueFilter,
    QueueStamp,
    View,
    tickets_in,
)
from tickets.search import SEARCHED

TAB_NAMES = {
    View.ALL: "All open",
    View.MINE: "Mine",
    View.UNASSIGNED: "Unassigned",
    View.WAITING: "Waiting",
    View.LATE: "Late",
}
CLOCK_NAMES = {
    ClockFilter.COUNTING: "Counting",
    ClockFilter.LATE: "Late",
    ClockFilter.WAITING: "On hold",
    ClockFilter.NONE: "No deadline",
}
EMPTY = {
    View.ALL: ("Nothing is open", "Every ticket is resolved or closed."),
    View.MINE: ("Nothing waits for you", "Take one from Unassigned, or enjoy the quiet."),
    View.UNASSIGNED: ("Every ticket has somebody", "New tickets appear here by themselves."),
    View.WAITING: ("Nothing is on hold", "Tickets that wait for somebody else stand here."),
    View.LATE: ("Nothing is late", "Every promise is in time."),
}


@dataclass(frozen=True, slots=True)
class QueueSight:
    """One look at the queue: who looks, at what, and the state that it was in."""

    viewer: Viewer
    wanted: QueueFilter
    stamp: QueueStamp
    now: datetime
    etag: str


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a filter."""

    name: str
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: its name, what is chosen (empty: nothing), what can be."""

    name: str
    chosen: str
    options: list[Option]
    clear_url: str


def present_queue(sight: QueueSight) -> dict[str, Any]:
    """Return the context of the rows part."""
    work = clockwork_of(sight.viewer, sight.now)
    rows = fetch_rows(tickets_in(sight.wanted, sight.viewer, sight.now), PAGE_SIZE + 1)
    shown = rows[:PAGE_SIZE]
    goes_on = len(rows) > PAGE_SIZE
    printed = present_rows(shown, work)
    title, text = EMPTY[sight.wanted.view]
    if sight.wanted.is_narrowed:
        title, text = "No ticket fits", "Take a filter away, or search for something else."
    return {
        "groups": in_groups(
            printed,
            starts_cut=sight.wanted.after is not None,
            ends_cut=goes_on,
        ),
        "windows": windows_of(shown, sight.now).items(),
        "usual_windows": usual_windows(printed),
        "at": int(sight.now.timestamp()),
        "zone": f"{sight.now.astimezone(work.zone):%Z}",
        "pager": _pager(sight, shown if goes_on else []),
        "empty_title": title,
        "empty_text": text,
        "etag": sight.etag,
        "viewer": sight.viewer,
        "query": sight.wanted.query(after=sight.wanted.after),
    }


def tabs_and_filters(sight: QueueSight, customer: str) -> dict[str, Any]:
    """Return what stands above the rows."""
    wanted = sight.wanted
    return {
        "tabs": [
            {
                "name": name,
                "url": _url(wanted, view=view),
                "count": _capped(sight.stamp.counts[view]),
                "current": wanted.view is view,
                "late": view is View.LATE and sight.stamp.counts[view] > 0,
            }
            for view, name in TAB_NAMES.items()
        ],
        "filters": [
            _filter(wanted, "Priority", "priority", dict(PRIORITIES)),
            _filter(wanted, "Kind", "kind", dict(Kind.choices)),
            _filter(wanted, "Clock", "clock", {k.value: v for k, v in CLOCK_NAMES.items()}),
        ],
        "customer": customer,
        "customers_url": f"{reverse('queue_customers')}?{wanted.query()}",
        "everybody_url": _url(wanted, customer_id=None),
        "clear_url": _url(QueueFilter(view=wanted.view)),
        "wanted": wanted,
        "searched": f"{SEARCHED:,}",
        "clock_face": clock_face(clockwork_of(sight.viewer, sight.now)),
        "hours": _hours(sight, clockwork_of(sight.viewer, sight.now)),
    }


def _filter(wanted: QueueFilter, name: str, field: str, choices: dict[str, Any]) -> Filter:
    chosen = getattr(wanted, field)
    options = [
        Option(str(label), _url(wanted, **{field: value}), value == chosen)
        for value, label in choices.items()
    ]
    return Filter(name, str(choices.get(chosen, "")), options, _url(wanted, **{field: ""}))


def _url(wanted: QueueFilter, **changes: Any) -> str:
    query = wanted.query(**changes)
    return f"{reverse('queue')}?{query}" if query else reverse("queue")


def _pager(sight: QueueSight, cut: list[Row]) -> Pager:
    following = Cursor(cut[-1].deadline, cut[-1].id) if cut else None
    return Pager(
        previous_url=_url(sight.wanted) if sight.wanted.after else "",
        next_url=_url(sight.wanted, after=following) if following else "",
        label="First page: what is due next" if sight.wanted.after else f"{PAGE_SIZE} shown",
    )


def clock_face(work: Clockwork) -> str:
    """Return the present time on the reader's wall clock, with its date and zone."""
    local = work.now.astimezone(work.zone)
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M %Z}"


def _capped(count: int) -> str:
    return f"{COUNT_LIMIT - 1}+" if count >= COUNT_LIMIT else str(count)


def _hours(sight: QueueSight, work: Clockwork) -> str:
    """Return whether the provider's own calendar is open now."""
    if sight.stamp.calendar_version_id is None:
        return ""
    calendar = service_calendar(sight.stamp.calendar_version_id)
    if calendar.is_open(sight.now):
        closes = calendar.next_closing(sight.now).astimezone(work.zone)
        return f"open until {closes:%H:%M}, clocks are counting"
    opens = calendar.next_opening(sight.now)
    return f"closed now, counting resumes {spell_instant(opens, now=sight.now, zone=work.zone)}"
