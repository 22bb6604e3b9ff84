"""From an id to a row of firmware of the viewer's, or 404."""

from __future__ import annotations

from accounts.viewer import Viewer
from calcom_portal.common.errors import Missing
from monitoring.access import one
from upkeep.models import Campaign, FirmwareAdvisory, FirmwareRelease, FirmwareUpdate

WHERE = "the page of firmware"


def access_release(viewer: Viewer, release_id: int) -> FirmwareRelease:
    """Return a release with its model. Raises Missing."""
    rows = FirmwareRelease.objects.select_related("product_model")
    return one(rows, release_id, "release", WHERE)


def access_advisory(viewer: Viewer, advisory_id: int) -> FirmwareAdvisory:
    """Return an advisory with its model. Raises Missing."""
    rows = FirmwareAdvisory.objects.select_related("product_model")
    return one(rows, advisory_id, "advisory", WHERE)


def access_campaign(viewer: Viewer, campaign_id: int) -> Campaign:
    """Return a campaign with its release and model. Raises Missing."""
    rows = Campaign.objects.select_related("release__product_model", "advisory", "made_by")
    return one(rows, campaign_id, "campaign", "the list of campaigns")


def access_update(viewer: Viewer, update_id: int) -> FirmwareUpdate:
    """Return the update of a device with what its page needs. Raises Missing."""
    rows = FirmwareUpdate.objects.select_related(
        *("campaign__release__product_model", "device__site", "customer", "ticket", "done_by"),
        *("before_backup", "after_backup"),
    )
    return one(rows, update_id, "update", "the list of campaigns")


def access_our_updates(viewer: Viewer, campaign_id: int) -> list[FirmwareUpdate]:
    """Return the updates of a campaign that a customer's people may see. Raises Missing."""
    rows = FirmwareUpdate.objects.filter(campaign_id=campaign_id).select_related("device__site")
    found = list(rows.order_by("pk")) if viewer.is_customer else []
    if not found:
        raise Missing("There is no such update.", remedy="Take one from the page of updates.")
    return found
