"""Put a clause into a tier."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from contracts.actions._catalogue import check_offer, lock_catalogue
from contracts.catalogue_edit import ClauseOffer
from contracts.models import Clause, Tier, TierClause


def add_tier_clause(*, tier: Tier, clause: Clause, offer: ClauseOffer, actor: Viewer) -> TierClause:
    """Offer a clause in a tier. Raises NotAllowed, and BadInput naming the field."""
    actor.require(Capability.MANAGE_CONTRACTS)
    lock_catalogue(actor.provider_id)
    check_offer(offer)
    if tier.tier_clauses.filter(clause=clause).exists():
        raise BadInput(
            f"{tier.name} has the clause {clause.code} already.",
            field="clause",
            remedy="Change the one that is there.",
        )
    row: TierClause = TierClause.objects.create(
        provider_id=actor.provider_id,
        tier=tier,
        clause=clause,
        is_optional=offer.is_optional,
        monthly_price=offer.monthly_price,
        wording=offer.wording,
    )
    record(
        actor,
        "tier.clause_added",
        tier,
        id=tier.pk,
        clause=clause.code,
        optional=offer.is_optional,
        price=offer.monthly_price,
    )
    return row
