"""The rows of the dispatch queue, prepared so that the template only prints.

Rows are plain dicts of finished strings: with fifty of them on a page polled every five seconds,
building model instances and looking up attributes in the template is what costs.
"""

from __future__ import annotations

import zoneinfo
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import groupby
from typing import NamedTuple, TypedDict

from django.utils.safestring import SafeString

from accounts.viewer import Viewer
from calcom_portal.common.parts import SlaState
from calcom_portal.common.templatetags.portal import badge
from calcom_portal.common.timewords import spell_instant, spell_span
from contracts.promised import promises_of_terms, service_calendar
from contracts.sla import Metric, Party, Priority, Promise, Target, Unit
from contracts.sla.words import PARTY_WORDS
from tickets.models import Ticket
from tickets.presenters.clocks import METRIC_WORDS, state_of, windows_ahead
from tickets.presenters.words import initials_of, ticket_url
from tickets.querysets import TicketQuerySet
from tickets.states import State

COLUMNS = (
    "id",
    "reference",
    "subject",
    "state",
    "priority",
    "next_deadline_at",
    "next_metric",
    "calendar_version_id",
    "terms_id",
    "responded_at",
    "hold_party",
    "hold_reason",
    "scheduled_from",
    "changed_at",
    "assignee_id",
    "customer__name",
    "site__name",
    "assignee__name",
)
ALL_HOURS = "cal-all"
RECENT = timedelta(hours=20)


class Row(NamedTuple):
    """One ticket as it comes from the database; the fields are COLUMNS."""

    id: int
    reference: str
    subject: str
    state: str
    priority: str
    deadline: datetime | None
    metric: str
    calendar_version_id: int
    terms_id: int | None
    responded_at: datetime | None
    hold_party: str
    hold_reason: str
    scheduled_from: datetime | None
    changed_at: datetime
    assignee_id: int | None
    customer: str
    site: str | None
    assignee: str | None


class QueueRow(TypedDict):
    """One ticket as the template prints it."""

    ref: str
    url: str
    subject: str
    state: str
    badge: SafeString
    left: str
    seconds: int | None
    windows: str
    metric: str
    due: str
    note: str
    emergency: bool
    customer: str
    site: str
    owner: str
    initials: str
    mine: bool
    updated: str
    group: str


@dataclass(frozen=True, slots=True)
class Group:
    """Rows due in the same stretch of time. `count` is empty where the page cuts the group."""

    name: str
    count: str
    rows: Sequence[QueueRow]


@dataclass(frozen=True, slots=True)
class Clockwork:
    """What rows are measured with: the instant, the reader's zone, and who reads."""

    now: datetime
    zone: tzinfo
    viewer: Viewer


def fetch_rows(tickets: TicketQuerySet[Ticket], limit: int) -> list[Row]:
    """Read one page of rows, and one more to know whether there is another page."""
    return [Row(*row) for row in tickets.values_list(*COLUMNS)[:limit]]


def present_rows(rows: Sequence[Row], work: Clockwork) -> list[QueueRow]:
    """Return the rows ready to print."""
    promises = promises_of_terms({row.terms_id for row in rows})
    return [_present(row, promises[row.terms_id], work) for row in rows]


def in_groups(rows: Iterable[QueueRow], *, starts_cut: bool, ends_cut: bool) -> list[Group]:
    """Return rows under the queue's headings; a group that another page shares has no count."""
    runs = [(name, list(run)) for name, run in groupby(rows, key=lambda row: row["group"])]
    last = len(runs) - 1
    return [
        Group(
            name,
            "" if (starts_cut and i == 0) or (ends_cut and i == last) else str(len(run)),
            run,
        )
        for i, (name, run) in enumerate(runs)
    ]


def windows_of(rows: Iterable[Row], now: datetime) -> dict[str, str]:
    """Return the open windows by the name that rows refer to, for the live countdown."""
    versions = sorted({row.calendar_version_id for row in rows if row.deadline is not None})
    windows = {
        _windows(pk): windows_ahead(service_calendar(pk), Unit.BUSINESS, now) for pk in versions
    }
    if versions:
        windows[ALL_HOURS] = windows_ahead(service_calendar(versions[0]), Unit.ELAPSED, now)
    return windows


def usual_windows(rows: Iterable[QueueRow]) -> str:
    """Return the windows of most rows: they stand once, on the table."""
    names = Counter(row["windows"] for row in rows if row["seconds"] is not None)
    return names.most_common(1)[0][0] if names else ALL_HOURS


def _windows(calendar_version_id: int) -> str:
    return f"cal-{calendar_version_id}"


def _present(row: Row, promise: Promise, work: Clockwork) -> QueueRow:
    target = _target(row, promise)
    unit = target.unit if target else Unit.BUSINESS
    state, left = _stand(row, promise, target, work.now)
    is_counting = state is not SlaState.IDLE
    late = " over" if state is SlaState.LATE else ""
    due = row.deadline
    return {
        "ref": row.reference,
        "url": ticket_url(row.reference),
        "subject": row.subject,
        "state": state.value,
        "badge": badge(state.value),
        "left": f"{spell_span(left)}{late}" if is_counting else "",
        "seconds": int(left.total_seconds()) if is_counting else None,
        "windows": _windows(row.calendar_version_id) if unit is Unit.BUSINESS else ALL_HOURS,
        "metric": METRIC_WORDS.get(Metric(row.metric), "") if row.metric else "",
        "due": spell_instant(due, now=work.now, zone=work.zone, with_zone=False) if due else "",
        "note": "" if is_counting else _why_idle(row, work),
        "emergency": row.priority == Priority.EMERGENCY,
        "customer": row.customer,
        "site": row.site or "",
        "owner": _owner(row, work.viewer),
        "initials": initials_of(row.assignee or ""),
        "mine": row.assignee_id is not None and row.assignee_id == work.viewer.membership_id,
        "updated": _ago(row.changed_at, work),
        "group": _group(row, state, work),
    }


def _target(row: Row, promise: Promise) -> Target | None:
    if not row.metric:
        return None
    return promise.target(Priority(row.priority), Metric(row.metric))


def _stand(
    row: Row, promise: Promise, target: Target | None, now: datetime
) -> tuple[SlaState, timedelta]:
    if row.deadline is None or _is_paused(row, promise):
        return SlaState.IDLE, timedelta()
    calendar = service_calendar(row.calendar_version_id)
    left = (
        target.left(calendar, now, row.deadline) if target else calendar.between(now, row.deadline)
    )
    if now > row.deadline:
        return SlaState.LATE, left
    return state_of(left, target), left


def _is_paused(row: Row, promise: Promise) -> bool:
    if row.state != State.HELD or row.metric != Metric.RESOLVE or not row.hold_party:
        return False
    return Party(row.hold_party) in promise.pausing


def _why_idle(row: Row, work: Clockwork) -> str:
    if row.state == State.HELD:
        if row.hold_party == Party.AGREED_VISIT and row.scheduled_from:
            at = spell_instant(row.scheduled_from, now=work.now, zone=work.zone, with_zone=False)
            return f"Visit agreed {at}"
        party = PARTY_WORDS[Party(row.hold_party)] if row.hold_party else "somebody else"
        return row.hold_reason or f"Waiting for {party}"
    return "Answered, nothing more due" if row.responded_at else "No response promise"


def _group(row: Row, state: SlaState, work: Clockwork) -> str:
    if row.deadline is None:
        return "No deadline running"
    if state is SlaState.LATE or row.deadline < work.now:
        return "Late"
    today = work.now.astimezone(work.zone).date()
    days = (row.deadline.astimezone(work.zone).date() - today).days
    if days <= 0:
        return "Due before closing today"
    if days == 1:
        return "Due tomorrow"
    return "Due within a week" if days < 7 else "Due later"


def _owner(row: Row, viewer: Viewer) -> str:
    if row.assignee_id is None or row.assignee is None:
        return ""
    return "You" if row.assignee_id == viewer.membership_id else row.assignee.split()[0]


def _ago(instant: datetime, work: Clockwork) -> str:
    age = work.now - instant
    if age < RECENT:
        return "just now" if age < timedelta(minutes=1) else f"{spell_span(age)} ago"
    return spell_instant(instant, now=work.now, zone=work.zone, with_zone=False)


def clockwork_of(viewer: Viewer, now: datetime) -> Clockwork:
    """Return what the viewer's rows are measured with."""
    return Clockwork(now, zoneinfo.ZoneInfo(viewer.zone), viewer)
