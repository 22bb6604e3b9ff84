"""From an id to a release or an advisory of the viewer's, or 404."""

from __future__ import annotations

from accounts.viewer import Viewer
from monitoring.access import one
from upkeep.models import FirmwareAdvisory, FirmwareRelease

WHERE = "the page of firmware"


def access_release(viewer: Viewer, release_id: int) -> FirmwareRelease:
    """Return a release with its model. Raises Missing."""
    rows = FirmwareRelease.objects.select_related("product_model")
    return one(rows, release_id, "release", WHERE)


def access_advisory(viewer: Viewer, advisory_id: int) -> FirmwareAdvisory:
    """Return an advisory with its model. Raises Missing."""
    rows = FirmwareAdvisory.objects.select_related("product_model")
    return one(rows, advisory_id, "advisory", WHERE)
