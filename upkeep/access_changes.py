"""From an id to a change of the viewer's, or 404."""

from __future__ import annotations

from accounts.viewer import Viewer
from monitoring.access import one
from upkeep.models import Change, ChangeFile


def access_change(viewer: Viewer, change_id: int) -> Change:
    """Return a change with its ticket, device and customer. Raises Missing."""
    rows = Change.objects.select_related(
        "ticket", "device__site", "customer", "asked_by", "begun_by", "allowed_by", "undoes"
    )
    return one(rows, change_id, "change", "the page of its ticket")


def access_change_file(viewer: Viewer, change_id: int, file_id: int) -> ChangeFile:
    """Return a file of a change, through the change. Raises Missing."""
    change = access_change(viewer, change_id)
    rows = ChangeFile.objects.select_related("change").filter(change=change)
    return one(rows, file_id, "file", "the page of its change")
