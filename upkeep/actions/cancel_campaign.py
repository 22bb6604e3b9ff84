"""Cancelling a campaign: what has not begun never does."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from upkeep.actions._campaigns import NOT_BEGUN, leave_out, lock_campaign
from upkeep.models import Campaign, CampaignState, FirmwareUpdate, UpdateState

OPEN = (CampaignState.DRAFT, CampaignState.RUNNING, CampaignState.PAUSED)


@transaction.atomic
def cancel_campaign(*, campaign: Campaign, actor: Viewer) -> Campaign:
    """Leave out every device that is not begun. Raises NotAllowed; RuleBroken while one runs."""
    actor.require(Capability.MANAGE_FIRMWARE)
    campaign = lock_campaign(campaign, *OPEN)
    updates = FirmwareUpdate.objects.select_for_update(of=("self",)).filter(campaign=campaign)
    if updates.filter(state=UpdateState.RUNNING.value).exists():
        raise RuleBroken(
            f"An update of “{campaign.title}” is running.",
            remedy="Pause the campaign, and cancel it when the update has ended.",
        )
    for update in updates.filter(state__in=NOT_BEGUN).order_by("pk"):
        leave_out(update)
    campaign.state, campaign.ended_at = CampaignState.CANCELLED.value, database_now()
    campaign.save(update_fields=["state", "ended_at"])
    record(actor, "campaign.cancelled", campaign, id=campaign.pk)
    return campaign
