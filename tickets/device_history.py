"""The tickets of a device and the work on it, for its service history."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse

from accounts.viewer import Viewer
from calcom_portal.common.timewords import spell_span
from contracts.coverage import Work
from contracts.history import HistoryEntry, Place
from tickets.models import LabourEntry, Ticket
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
            text=f"Reported; {State(ticket.state).label.lower()} now",
            by=ticket.reported_by,
            url=reverse("ticket", args=[ticket.reference]),
        )
        for ticket in rows.select_related("reporter").order_by("-number")[:limit]
    ]


def labour_in_history(
    viewer: Viewer, device_id: int, until: datetime | None, limit: int
) -> list[HistoryEntry]:
    """Return the work on a device as it stands, where the viewer may see its ticket. One query."""
    rows = LabourEntry.objects.standing().filter(
        device=device_id, ticket__in=Ticket.objects.visible_to(viewer)
    )
    if until is not None:
        rows = rows.filter(ended_at__lte=until)
    return [
        HistoryEntry(
            place=Place(entry.ended_at, f"labour-{entry.pk:018}"),
            icon="wrench",
            title=f"{Work(entry.work).label}, {spell_span(timedelta(minutes=entry.minutes))}",
            text=entry.note,
            by=entry.technician_name,
            url=reverse("ticket", args=[entry.ticket.reference]),
        )
        for entry in rows.select_related("ticket").order_by("-ended_at", "-pk")[:limit]
    ]
