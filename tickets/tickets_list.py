"""The list of all tickets, closed ones too: filters in the address, keyset pages, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from tickets.models import Kind, Ticket
from tickets.querysets import TicketQuerySet
from tickets.search import matching
from tickets.states import State

PAGE_SIZE = 50


class Show(StrEnum):
    """Which tickets are listed."""

    OPEN = "open"
    DONE = "done"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class ListFilter:
    """One view of the list, as it stands in the address."""

    show: Show
    kind: str = ""
    q: str = ""
    customer_id: int | None = None
    device_id: int | None = None
    before: int | None = None

    def query(self, **changes: Any) -> str:
        """Return the query string of this view with `changes`, from the first page."""
        wanted = replace(self, **{"before": None, **changes})
        values = {
            "show": wanted.show.value,
            "kind": wanted.kind,
            "q": wanted.q,
            "customer": wanted.customer_id or "",
            "device": wanted.device_id or "",
            "before": wanted.before or "",
        }
        return urlencode({name: value for name, value in values.items() if value})


def read_list_filter(values: Mapping[str, str], viewer: Viewer) -> ListFilter:
    """Read a view from the address. Raises BadInput for values that the page does not offer."""
    show, kind = values.get("show", ""), values.get("kind", "")
    if show and show not in list(Show):
        raise _not_offered("show")
    if kind and kind not in Kind.values:
        raise _not_offered("kind")
    q = values.get("q", "").strip()[:100]
    customer, device = _number(values, "customer"), _number(values, "device")
    return ListFilter(
        # Whoever searches, or asks for a device's history, may mean a ticket that is closed.
        show=Show(show) if show else _usual(viewer, narrowed=bool(q or device)),
        kind=kind,
        q=q,
        customer_id=None if viewer.is_customer else customer,
        device_id=device,
        before=_number(values, "before"),
    )


def _usual(viewer: Viewer, *, narrowed: bool) -> Show:
    return Show.OPEN if viewer.is_customer and not narrowed else Show.ALL


def _number(values: Mapping[str, str], name: str) -> int | None:
    text = values.get(name, "")
    if text and not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise _not_offered(name)
    return int(text) if text else None


def _not_offered(name: str) -> BadInput:
    return BadInput(
        f"The address asks for a {name} that the list does not offer.",
        field=name,
        remedy="Open the list again and choose from its filters.",
    )


def listed(wanted: ListFilter, viewer: Viewer) -> TicketQuerySet[Ticket]:
    """Return the tickets of a view, newest first, from where the page starts."""
    rows = Ticket.objects.visible_to(viewer)
    if wanted.customer_id:
        rows = rows.filter(customer_id=wanted.customer_id)
    if wanted.device_id:
        rows = rows.filter(device_id=wanted.device_id)
    if wanted.show is Show.OPEN:
        rows = rows.live()
    elif wanted.show is Show.DONE:
        rows = rows.filter(state__in=[State.RESOLVED, State.CLOSED, State.MERGED])
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.q:
        rows = matching(rows, wanted.q)
    if wanted.before:
        rows = rows.filter(number__lt=wanted.before)
    return rows.order_by("-number")
