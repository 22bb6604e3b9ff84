"""From an id to an inspection, or a part of one, of the viewer's, or 404."""

from __future__ import annotations

from accounts.viewer import Viewer
from monitoring.access import one
from upkeep.models import ChecklistLine, InspectedDevice, Inspection, InspectionPhoto
from upkeep.querysets import InspectionQuerySet

LIST = "the list of inspections"


def inspections_of(viewer: Viewer) -> InspectionQuerySet[Inspection]:
    """Return the inspections that the viewer may see."""
    rows: InspectionQuerySet[Inspection] = Inspection.objects.select_related(
        "device", "site", "customer", "ticket", "contract"
    )
    return rows


def access_inspection(viewer: Viewer, inspection_id: int) -> Inspection:
    """Return an inspection with its system, site, customer and ticket. Raises Missing."""
    return one(inspections_of(viewer), inspection_id, "inspection", LIST)


def access_inspection_photo(viewer: Viewer, photo_id: int) -> InspectionPhoto:
    """Return a picture; customers see those of signed inspections. Raises Missing."""
    return one(InspectionPhoto.objects.all(), photo_id, "picture", "the inspection")


def access_difference(viewer: Viewer, row_id: int) -> InspectedDevice:
    """Return a product that differs from the list, with its inspection. Raises Missing."""
    rows = InspectedDevice.objects.select_related("inspection").exclude(decision="")
    return one(rows, row_id, "difference", LIST)


def access_checklist_line(viewer: Viewer, line_id: int) -> ChecklistLine:
    """Return a line of the checklist, with the checklist. Raises Missing."""
    rows = ChecklistLine.objects.select_related("checklist")
    return one(rows, line_id, "line", "the checklist")
