"""Change how a tier offers a clause."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from contracts.actions._catalogue import (
    check_offer,
    lock_catalogue,
    refuse_stale,
    refuse_times_without_response,
)
from contracts.catalogue_edit import ClauseOffer, offer_stamp
from contracts.models import TierClause

PARTS = ("is_optional", "monthly_price", "wording")


def edit_tier_clause(
    *, row: TierClause, offer: ClauseOffer, base: str, actor: Viewer
) -> TierClause:
    """Change wording, price, or whether it costs extra, for contracts signed from now on.

    `base` is the stamp of what the editor looked at. Raises NotAllowed, BadInput naming the field,
    and RuleBroken when somebody else changed it meanwhile.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    lock_catalogue(actor.provider_id)
    row = TierClause.objects.select_related("tier", "clause").get(pk=row.pk)
    refuse_stale(str(row), offer_stamp(row), base)
    check_offer(offer)
    before = {name: str(getattr(row, name)) for name in PARTS}
    for name in PARTS:
        setattr(row, name, getattr(offer, name))
    row.save(update_fields=list(PARTS))
    refuse_times_without_response(row.tier)
    after = {name: str(getattr(row, name)) for name in PARTS}
    record(
        actor,
        "tier.clause_changed",
        row.tier,
        id=row.tier_id,
        clause=row.clause.code,
        before=before,
        after=after,
    )
    return row
