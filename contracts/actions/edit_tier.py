"""Change what a tier is called and promises."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from contracts.actions._catalogue import (
    lock_catalogue,
    refuse_stale,
    refuse_taken_name,
    refuse_times_without_response,
)
from contracts.catalogue_edit import TierWords, tier_stamp
from contracts.models import Tier


def edit_tier(*, tier: Tier, words: TierWords, base: str, actor: Viewer) -> Tier:
    """Change a tier for contracts that are signed from now on; signed ones keep their terms.

    `base` is the stamp of what the editor looked at. Raises NotAllowed, BadInput naming the field,
    and RuleBroken when somebody else changed the tier meanwhile.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    lock_catalogue(actor.provider_id)
    tier = Tier.objects.get(pk=tier.pk)
    refuse_stale(tier.name, tier_stamp(tier), base)
    refuse_taken_name(words.name, but=tier)
    before = {"name": tier.name, "summary": tier.summary, "promise": tier.promise}
    tier.name, tier.summary = words.name, words.summary
    tier.promise = words.promise.to_dict()
    refuse_times_without_response(tier)
    tier.save(update_fields=["name", "summary", "promise"])
    after = {"name": tier.name, "summary": tier.summary, "promise": tier.promise}
    record(actor, "tier.changed", tier, id=tier.pk, code=tier.code, before=before, after=after)
    return tier
