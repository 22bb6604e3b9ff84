"""Take a clause out of a tier."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from contracts.actions._catalogue import lock_catalogue
from contracts.catalogue import RESPONSE
from contracts.models import TierClause


def remove_tier_clause(*, row: TierClause, actor: Viewer) -> None:
    """Take a clause out of a tier; contracts that were signed with it keep it.

    Raises NotAllowed, and RuleBroken for RESPONSE while the tier promises times.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    lock_catalogue(actor.provider_id)
    tier, code = row.tier, row.clause.code
    if code == RESPONSE and tier.promise["targets"]:
        raise RuleBroken(
            f"{tier.name} promises times, and only the clause {RESPONSE} can.",
            remedy="Leave the times of the tier empty first.",
        )
    row.delete()
    record(actor, "tier.clause_removed", tier, id=tier.pk, clause=code)
