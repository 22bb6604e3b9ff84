"""What the phone page is made from, and the answers that a phone gets."""

from __future__ import annotations

from typing import Any

from accounts.viewer import Viewer
from upkeep.inspecting.view import bounds_of, found_of, view_of
from upkeep.inspections.answers import CHOICES, Asked, Result
from upkeep.inspections.serials import Seen
from upkeep.inspections.signature import HEIGHT, WIDTH
from upkeep.models import InspectedDevice, Inspection, InspectionItem

SEEN = (Seen.SAME, Seen.DIFFERENT, Seen.MISSING, Seen.UNREADABLE)


def on_site_page(inspection: Inspection, viewer: Viewer) -> dict[str, Any]:
    """Return the context of the page."""
    view = view_of(inspection)
    return {
        "inspection": inspection,
        "sections": [
            (section.title, [_line(row.item) for row in section.rows]) for section in view.sections
        ],
        "devices": view.devices,
        "seen": [(one.value, one.label) for one in SEEN],
        "width": WIDTH,
        "height": HEIGHT,
        # Whoever uses the same phone next does not send this person's entries.
        "writer": viewer.membership_id,
        "state": state_of(inspection),
    }


def state_of(inspection: Inspection) -> dict[str, Any]:
    """Return how everything stands now, for the phone to compare with."""
    fresh = Inspection.objects.get(pk=inspection.pk)
    items = inspection.items.order_by("position")
    devices = inspection.devices.order_by("pk")
    return {
        "state": fresh.state,
        "items": {item.pk: _answer(item) for item in items},
        "devices": {row.pk: _seen(row) for row in devices},
        "photos": [str(one) for one in inspection.photos.values_list("client_id", flat=True)],
    }


def _line(item: InspectionItem) -> dict[str, Any]:
    choices = [(one.value, one.label) for one in CHOICES[Asked(item.asked)]]
    if item.asked == Asked.READING:
        choices = [(Result.NOTED.value, "Reading"), *choices[1:]]
    return {"item": item, "choices": choices, "bounds": bounds_of(item)}


def _answer(item: InspectionItem) -> dict[str, Any]:
    return {
        "version": item.version,
        "result": item.result,
        "reading": item.reading,
        "note": item.note,
        "by": item.answered_name,
        "words": found_of(item),
    }


def _seen(row: InspectedDevice) -> dict[str, Any]:
    return {
        "version": row.version,
        "seen": row.seen,
        "serial": row.serial,
        "note": row.note,
        "by": row.answered_name,
        "words": row.get_seen_display() if row.seen else "",
    }
