"""The outages of a device, for its service history."""

from __future__ import annotations

from datetime import datetime

from accounts.viewer import Viewer
from calcom_portal.common.timewords import spell_span
from contracts.history import HistoryEntry, Place
from monitoring.models import Incident
from monitoring.outage_words import WHAT_WAS


def outages_in_history(
    viewer: Viewer, device_id: int, until: datetime | None, limit: int
) -> list[HistoryEntry]:
    """Return the outages of a device, the newest first. One query; the scope keeps to one's own."""
    rows = Incident.objects.filter(device=device_id)
    if until is not None:
        rows = rows.filter(opened_at__lte=until)
    found = rows.select_related("ticket", "parent__device", "of_check").order_by(
        "-opened_at", "-pk"
    )
    return [_entry(incident) for incident in found[:limit]]


def _entry(incident: Incident) -> HistoryEntry:
    return HistoryEntry(
        place=Place(incident.opened_at, f"outage-{incident.pk:018}"),
        icon="activity",
        title=WHAT_WAS[incident.kind],
        text=_text(incident),
        by="Monitoring",
        url=f"/tickets/{incident.ticket.reference}/" if incident.ticket else "",
    )


def _text(incident: Incident) -> str:
    parts = [incident.of_check.name]
    if incident.recovered_at:
        parts.append(f"for {spell_span(incident.recovered_at - incident.opened_at)}")
    elif incident.closed_at is None:
        parts.append("still going on")
    if incident.parent is not None:
        parts.append(f"reached through {incident.parent.device.name}, which was down")
    if incident.ticket is not None:
        parts.append(f"ticket {incident.ticket.reference}")
    return " · ".join(parts)
