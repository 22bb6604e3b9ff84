"""The dispatch queue: which view of it is wanted, what it holds, and whether it has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.db import connection

from accounts.models import Customer
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, Missing
from contracts.sla import Priority
from tickets.models import Kind, Ticket
from tickets.paging import Cursor
from tickets.querysets import TicketQuerySet
from tickets.search import matching_live

PAGE_SIZE = 50
COUNT_LIMIT = 1000
# Part of every ETag: raise it when the markup of a row changes.
MARKUP = "1"


class View(StrEnum):
    """The tabs of the queue."""

    ALL = "all"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    WAITING = "waiting"
    LATE = "late"


class ClockFilter(StrEnum):
    """How the next deadline of a ticket stands."""

    COUNTING = "counting"
    LATE = "late"
    WAITING = "waiting"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """One view of the queue, as it stands in the address."""

    view: View = View.ALL
    customer_id: int | None = None
    priority: str = ""
    kind: str = ""
    clock: str = ""
    q: str = ""
    after: Cursor | None = None

    @property
    def is_narrowed(self) -> bool:
        """Does more than the tab choose?"""
        return bool(self.customer_id or self.priority or self.kind or self.clock or self.q)

    def query(self, **changes: Any) -> str:
        """Return the query string of this view with `changes`, from the first page."""
        wanted = replace(self, **{"after": None, **changes})
        values = {
            "view": "" if wanted.view is View.ALL else wanted.view.value,
            "customer": wanted.customer_id or "",
            "priority": wanted.priority,
            "kind": wanted.kind,
            "clock": wanted.clock,
            "q": wanted.q,
            "after": wanted.after.text if wanted.after else "",
        }
        return urlencode({name: value for name, value in values.items() if value})


def read_filter(values: Mapping[str, str]) -> QueueFilter:
    """Read a view from the address. Raises BadInput for values that the page does not offer."""
    customer = values.get("customer", "")
    if customer and not (customer.isascii() and customer.isdigit() and len(customer) <= 18):
        raise _not_offered("customer")
    after = values.get("after", "")
    return QueueFilter(
        view=View(_choice(values, "view", [view.value for view in View]) or View.ALL),
        customer_id=int(customer) if customer else None,
        priority=_choice(values, "priority", [priority.value for priority in Priority]),
        kind=_choice(values, "kind", Kind.values),
        clock=_choice(values, "clock", [clock.value for clock in ClockFilter]),
        q=values.get("q", "").strip()[:100],
        after=Cursor.read(after) if after else None,
    )


def _choice(values: Mapping[str, str], name: str, offered: list[str]) -> str:
    value = values.get(name, "")
    if value and value not in offered:
        raise _not_offered(name)
    return value


def _not_offered(name: str) -> BadInput:
    return BadInput(
        f"The address asks for a {name} that the queue does not offer.",
        field=name,
        remedy="Open the queue again and choose from its filters.",
    )


@dataclass(frozen=True, slots=True)
class QueueStamp:
    """What tells whether the queue has changed; for the page, how many tickets each tab holds too.

    `turn` counts everything that was done in the tenant: unlike the newest change it cannot miss a
    transaction that began earlier and committed later. The counts are no part of the ETag, so that
    a poll need not count: they move with these two, those of the late with the minute.
    """

    turn: int
    newest: datetime | None
    calendar_version_id: int | None = None
    counts: Mapping[View, int] = field(default_factory=dict)

    def etag(self, *parts: object) -> str:
        """Return a strong ETag of this state of the queue, seen with `parts`."""
        seen = (MARKUP, self.turn, self.newest, *parts)
        return f'"{hashlib.sha256(repr(seen).encode()).hexdigest()[:32]}"'


TURN = """
SELECT (SELECT coalesce(sum(number), 0) FROM accounts_chainhead WHERE provider_id = %(provider)s),
       (SELECT changed_at FROM tickets_ticket WHERE provider_id = %(provider)s
         ORDER BY changed_at DESC LIMIT 1)
"""

# Scalar subqueries with a limit: counting stops at a thousand, whatever the size of the queue.
TABS = """,
       (SELECT version.id FROM contracts_calendarversion version
          JOIN contracts_calendar calendar
            ON calendar.id = version.calendar_id AND calendar.is_default
         WHERE version.provider_id = %(provider)s AND calendar.provider_id = %(provider)s
         ORDER BY version.number DESC LIMIT 1),
       (SELECT count(*) FROM (SELECT 1 FROM tickets_ticket WHERE provider_id = %(provider)s
            AND state IN ('open', 'held') LIMIT %(limit)s) AS x),
       (SELECT count(*) FROM (SELECT 1 FROM tickets_ticket WHERE provider_id = %(provider)s
            AND state IN ('open', 'held') AND assignee_id IS NOT NULL AND assignee_id = %(me)s
            LIMIT %(limit)s) AS x),
       (SELECT count(*) FROM (SELECT 1 FROM tickets_ticket WHERE provider_id = %(provider)s
            AND state IN ('open', 'held') AND assignee_id IS NULL LIMIT %(limit)s) AS x),
       (SELECT count(*) FROM (SELECT 1 FROM tickets_ticket WHERE provider_id = %(provider)s
            AND state = 'held' LIMIT %(limit)s) AS x),
       (SELECT count(*) FROM (SELECT 1 FROM tickets_ticket WHERE provider_id = %(provider)s
            AND state IN ('open', 'held') AND next_deadline_at < %(now)s LIMIT %(limit)s) AS x)
"""


def queue_stamp(viewer: Viewer, now: datetime) -> QueueStamp:
    """Return the state of the queue with its counts, in one query, read from indexes."""
    values = {
        "provider": viewer.provider_id,
        "me": viewer.membership_id,
        "now": now,
        "limit": COUNT_LIMIT,
    }
    with connection.cursor() as cursor:
        cursor.execute(TURN + TABS, values)
        turn, newest, calendar, *counts = cursor.fetchone()
    return QueueStamp(int(turn), newest, calendar, dict(zip(View, counts, strict=True)))


def queue_turn(viewer: Viewer) -> QueueStamp:
    """Return the state of the queue without its counts: all that a poll has to know."""
    with connection.cursor() as cursor:
        cursor.execute(TURN, {"provider": viewer.provider_id})
        turn, newest = cursor.fetchone()
    return QueueStamp(int(turn), newest)


def minute_of(now: datetime) -> int:
    """Return the minute in which `now` lies: time left is shown in minutes."""
    return int(now.astimezone(UTC).timestamp()) // 60


def tickets_in(wanted: QueueFilter, viewer: Viewer, now: datetime) -> TicketQuerySet[Ticket]:
    """Return the tickets of a view, in dispatch order, from where the page starts."""
    rows = _of_view(Ticket.objects.visible_to(viewer), wanted.view, viewer, now)
    if wanted.customer_id:
        rows = rows.filter(customer_id=wanted.customer_id)
    if wanted.priority:
        rows = rows.filter(priority=wanted.priority)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.clock:
        rows = _with_clock(rows, ClockFilter(wanted.clock), now)
    if wanted.q:
        rows = matching_live(rows, wanted.q)
    if wanted.after:
        rows = wanted.after.cut(rows)
    return rows.in_dispatch_order()


def _of_view(
    rows: TicketQuerySet[Ticket], view: View, viewer: Viewer, now: datetime
) -> TicketQuerySet[Ticket]:
    match view:
        case View.MINE:
            return rows.with_person(viewer.membership_id)
        case View.UNASSIGNED:
            return rows.unassigned()
        case View.WAITING:
            return rows.waiting()
        case View.LATE:
            return rows.late(now)
    return rows.live()


def _with_clock(
    rows: TicketQuerySet[Ticket], clock: ClockFilter, now: datetime
) -> TicketQuerySet[Ticket]:
    match clock:
        case ClockFilter.LATE:
            return rows.late(now)
        case ClockFilter.COUNTING:
            return rows.filter(next_deadline_at__gte=now)
        case ClockFilter.WAITING:
            return rows.waiting()
    return rows.filter(next_deadline_at__isnull=True)


def customer_name(customer_id: int | None) -> str:
    """Return the name of the customer that the view is narrowed to. Raises Missing."""
    if customer_id is None:
        return ""
    name: str | None = (
        Customer.objects.filter(pk=customer_id).values_list("name", flat=True).first()
    )
    if name is None:
        raise Missing("There is no such customer.", remedy="Choose another one in the queue.")
    return name
