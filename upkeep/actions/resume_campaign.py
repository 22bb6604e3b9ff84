"""Resuming a campaign that was paused, by somebody or by itself."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from upkeep.actions._campaigns import hurry, lock_campaign
from upkeep.models import Campaign, CampaignState, FirmwareUpdate
from upkeep.updating.turns import BADLY


@transaction.atomic
def resume_campaign(*, campaign: Campaign, actor: Viewer) -> Campaign:
    """Let it go on. Failures that somebody looked at by now are borne: one more pauses it again.

    Raises NotAllowed, RuleBroken.
    """
    actor.require(Capability.MANAGE_FIRMWARE)
    campaign = lock_campaign(campaign, CampaignState.PAUSED)
    failures = FirmwareUpdate.objects.filter(campaign=campaign, state__in=BADLY).count()
    campaign.most_failures = max(campaign.most_failures, failures)
    campaign.state, campaign.pause_reason = CampaignState.RUNNING.value, ""
    campaign.save(update_fields=["state", "pause_reason", "most_failures"])
    record(actor, "campaign.resumed", campaign, id=campaign.pk, failures=failures)
    hurry()
    return campaign
