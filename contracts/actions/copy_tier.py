"""Copy a tier, to change the copy."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from contracts.actions._catalogue import free_code, lock_catalogue, refuse_taken_name
from contracts.catalogue_edit import TierWords
from contracts.models import Tier, TierClause


def copy_tier(*, tier: Tier, words: TierWords, actor: Viewer) -> Tier:
    """Create a tier with the clauses of another, prices and own wordings included.

    Raises NotAllowed, and BadInput for a name that is taken.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    lock_catalogue(actor.provider_id)
    refuse_taken_name(words.name)
    last = Tier.objects.order_by("-position").values_list("position", flat=True).first() or 0
    made: Tier = Tier.objects.create(
        provider_id=actor.provider_id,
        code=free_code(words.name),
        name=words.name,
        summary=words.summary,
        promise=words.promise.to_dict(),
        position=last + 1,
    )
    TierClause.objects.bulk_create(
        TierClause(
            provider_id=actor.provider_id,
            tier=made,
            clause_id=row.clause_id,
            is_optional=row.is_optional,
            monthly_price=row.monthly_price,
            wording=row.wording,
        )
        for row in tier.tier_clauses.order_by("pk")
    )
    record(actor, "tier.copied", made, id=made.pk, code=made.code, copied_from=tier.code)
    return made
