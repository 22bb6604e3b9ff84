"""The tickets of a device, for its service history."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from accounts.viewer import Viewer
from contracts.history import HistoryEntry, Place
from tickets.models import Ticket
from tickets.states import State


def tickets_in_history(
    viewer: Viewer, device_id: int, until: datetime | None, limit: int
) -> list[HistoryEntry]:
    """Return the tickets of a device that the viewer may see, the newest first. One query."""
    rows = Ticket.objects.visible_to(viewer).filter(device=device_id)
    if until is not None:
        rows = rows.filter(opened_at__lte=until)
    return [
        HistoryEntry(
            place=Place(ticket.opened_at, f"ticket-{ticket.pk:018}"),
            icon="message-square",
            title=f"{ticket.reference} {ticket.subject}",
            text=State(ticket.state).label,
            by=ticket.reported_by,
            url=reverse("ticket", args=[ticket.reference]),
        )
        for ticket in rows.select_related("reporter").order_by("-number")[:limit]
    ]
