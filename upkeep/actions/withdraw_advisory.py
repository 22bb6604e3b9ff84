"""Withdraw an advisory that was a mistake."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from upkeep.models import FirmwareAdvisory


def withdraw_advisory(*, advisory: FirmwareAdvisory, actor: Viewer) -> FirmwareAdvisory:
    """Say that an advisory no longer counts. A second time changes nothing."""
    actor.require(Capability.MANAGE_FIRMWARE)
    advisory = FirmwareAdvisory.objects.select_for_update().get(pk=advisory.pk)
    if advisory.withdrawn_at is not None:
        return advisory
    advisory.withdrawn_at = database_now()
    advisory.save(update_fields=["withdrawn_at"])
    record(actor, "advisory.withdrawn", advisory, id=advisory.pk)
    return advisory
