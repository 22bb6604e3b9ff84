"""Pausing a campaign: nothing more begins until somebody resumes it."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from tickets.text import checked_line
from upkeep.actions._campaigns import lock_campaign
from upkeep.models import Campaign, CampaignState


@transaction.atomic
def pause_campaign(*, campaign: Campaign, reason: str, actor: Viewer) -> Campaign:
    """Let nothing more begin. What runs goes on to its end. Raises NotAllowed, RuleBroken, BadInput
    naming `reason`.
    """
    actor.require(Capability.MANAGE_FIRMWARE)
    reason = checked_line(reason, field="reason", what="The reason", limit=300)
    campaign = lock_campaign(campaign, CampaignState.RUNNING)
    campaign.state, campaign.pause_reason = CampaignState.PAUSED.value, reason
    campaign.save(update_fields=["state", "pause_reason"])
    record(actor, "campaign.paused", campaign, id=campaign.pk)
    return campaign
