"""The list of tickets as people read it."""

from __future__ import annotations

import zoneinfo
from datetime import datetime
from typing import Any, TypedDict

from django.urls import reverse

from accounts.models import Customer
from accounts.viewer import Viewer
from calcom_portal.common.parts import Pager
from calcom_portal.common.timewords import spell_instant
from contracts.models import Device
from tickets.models import Kind
from tickets.presenters.words import STATE_ICONS, ticket_url
from tickets.search import SEARCHED
from tickets.states import State
from tickets.tickets_list import PAGE_SIZE, ListFilter, Show, listed

COLUMNS = (
    *("number", "reference", "subject", "state", "priority", "kind", "opened_at"),
    *("next_deadline_at", "customer__name", "site__name", "assignee__name"),
)
SHOW_NAMES = {Show.OPEN: "Open", Show.DONE: "Resolved and closed", Show.ALL: "All"}


class ListRow(TypedDict):
    """One ticket of the list."""

    ref: str
    url: str
    subject: str
    state: str
    icon: str
    emergency: bool
    kind: str
    place: str
    owner: str
    opened: str
    due: str
    late: bool


def present_list(wanted: ListFilter, viewer: Viewer, now: datetime) -> dict[str, Any]:
    """Return the context of the list."""
    zone = zoneinfo.ZoneInfo(viewer.zone)
    rows = list(listed(wanted, viewer).values(*COLUMNS)[: PAGE_SIZE + 1])
    shown = rows[:PAGE_SIZE]
    last = shown[-1]["number"] if len(rows) > PAGE_SIZE else None
    return {
        "rows": [_row(row, viewer, now, zone) for row in shown],
        "tabs": [
            {"name": name, "url": _url(wanted, show=show), "current": wanted.show is show}
            for show, name in SHOW_NAMES.items()
        ],
        "kinds": [
            {"name": label, "url": _url(wanted, kind=value), "chosen": wanted.kind == value}
            for value, label in Kind.choices
        ],
        "kind_name": dict(Kind.choices).get(wanted.kind, ""),
        "any_kind_url": _url(wanted, kind=""),
        "narrowed_to": _narrowed_to(wanted),
        "any_place_url": _url(wanted, customer_id=None, device_id=None),
        "everything_url": _url(ListFilter(show=wanted.show)),
        "wanted": wanted,
        "zone": f"{now.astimezone(zone):%Z}",
        "searched": f"{SEARCHED:,}",
        "pager": Pager(
            previous_url=_url(wanted) if wanted.before else "",
            next_url=_url(wanted, before=last) if last else "",
            label="" if wanted.before else f"{len(shown)} newest" if last else "",
        ),
    }


def _narrowed_to(wanted: ListFilter) -> str:
    """Return the name of the device or customer whose tickets are listed, if it is one's to see."""
    if wanted.device_id:
        return (
            Device.objects.values_list("name", flat=True).filter(pk=wanted.device_id).first() or ""
        )
    if wanted.customer_id:
        names = Customer.objects.values_list("name", flat=True)
        return names.filter(pk=wanted.customer_id).first() or ""
    return ""


def _row(row: dict[str, Any], viewer: Viewer, now: datetime, zone: zoneinfo.ZoneInfo) -> ListRow:
    state, due = State(row["state"]), row["next_deadline_at"]
    places = (
        [row["site__name"]] if viewer.is_customer else [row["customer__name"], row["site__name"]]
    )
    return {
        "ref": row["reference"],
        "url": ticket_url(row["reference"]),
        "subject": row["subject"],
        "state": "Merged" if state is State.MERGED else state.label,
        "icon": STATE_ICONS[state],
        "emergency": row["priority"] == "emergency",
        "kind": "" if row["kind"] == Kind.PROBLEM else str(Kind(row["kind"]).label),
        "place": ", ".join(filter(None, places)),
        "owner": row["assignee__name"] or "",
        "opened": spell_instant(row["opened_at"], now=now, zone=zone, with_zone=False),
        "due": spell_instant(due, now=now, zone=zone, with_zone=False) if due else "",
        "late": due is not None and due <= now,
    }


def _url(wanted: ListFilter, **changes: Any) -> str:
    return f"{reverse('tickets')}?{wanted.query(**changes)}"
