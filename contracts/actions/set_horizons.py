"""Set how many days ahead people are reminded of contracts that end."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from contracts.days import today_of_provider
from contracts.models import Contract, ContractPolicy, ContractState


def set_horizons(*, horizons: Sequence[int], actor: Viewer) -> ContractPolicy:
    """Replace the horizons, in days; the next sweep looks at every contract. Raises NotAllowed."""
    actor.require(Capability.MANAGE_CONTRACTS)
    days = sorted(set(horizons), reverse=True)
    policy, _ = ContractPolicy.objects.update_or_create(
        provider_id=actor.provider_id, defaults={"horizons": days}
    )
    today = today_of_provider(actor.provider_id, database_now())
    running = Contract.objects.filter(state=ContractState.SIGNED, ends_on__gte=today)
    running.update(look_on=today)
    record(actor, "contract.horizons_set", "contract reminders", horizons=days)
    return policy
