"""The changes of a device, for its service history."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from accounts.viewer import Viewer
from contracts.history import HistoryEntry, Place
from tickets.models import Ticket
from upkeep.models import Change, ChangeState

TOLD = (ChangeState.MADE, ChangeState.TAKEN_BACK, ChangeState.RECORDED)


def changes_in_history(
    viewer: Viewer, device_id: int, until: datetime | None, limit: int
) -> list[HistoryEntry]:
    """Return the changes of a device whose tickets the viewer may see. One query."""
    rows = Change.objects.filter(
        device=device_id, state__in=TOLD, ticket__in=Ticket.objects.visible_to(viewer)
    )
    if until is not None:
        rows = rows.filter(asked_at__lte=until)
    return [
        HistoryEntry(
            place=Place(change.asked_at, f"change-{change.pk:018}"),
            icon="sliders-horizontal",
            title=change.words,
            text=change.get_state_display(),
            by=change.asked_name,
            url=reverse("ticket", args=[change.ticket.reference]),
        )
        for change in rows.select_related("ticket").order_by("-asked_at", "-pk")[:limit]
    ]
