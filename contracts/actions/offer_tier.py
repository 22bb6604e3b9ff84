"""Sell a tier again."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from contracts.models import Tier


def offer_tier(*, tier: Tier, actor: Viewer) -> Tier:
    """Offer a hidden tier for new contracts again.

    Raises NotAllowed, and RuleBroken for one that is offered.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    tier = Tier.objects.select_for_update().get(pk=tier.pk)
    if not tier.is_hidden:
        raise RuleBroken(
            f"{tier.name} is offered for new contracts already.",
            remedy="Hide it to change that.",
        )
    tier.is_hidden = False
    tier.save(update_fields=["is_hidden"])
    record(actor, "tier.offered", tier, id=tier.pk, code=tier.code)
    return tier
