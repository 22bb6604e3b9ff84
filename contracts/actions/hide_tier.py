"""Stop selling a tier."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from contracts.models import Tier


def hide_tier(*, tier: Tier, actor: Viewer) -> Tier:
    """Offer a tier for new contracts no longer. Contracts and drafts that have it keep it.

    Raises NotAllowed, and RuleBroken for one that is hidden already.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    tier = Tier.objects.select_for_update().get(pk=tier.pk)
    if tier.is_hidden:
        raise RuleBroken(
            f"{tier.name} is hidden from new contracts already.",
            remedy="Offer it again to change that.",
        )
    tier.is_hidden = True
    tier.save(update_fields=["is_hidden"])
    record(actor, "tier.hidden", tier, id=tier.pk, code=tier.code)
    return tier
