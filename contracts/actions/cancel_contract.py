"""Give a draft up."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from contracts.actions._covers import lock_draft
from contracts.models import Contract, ContractState


def cancel_contract(*, contract: Contract, actor: Viewer) -> Contract:
    """Cancel a draft; its number is not used again. Raises NotAllowed, RuleBroken once signed."""
    actor.require(Capability.MANAGE_CONTRACTS)
    contract = lock_draft(contract)
    contract.state = ContractState.CANCELLED
    contract.save(update_fields=["state"])
    record(actor, "contract.cancelled", contract, id=contract.pk)
    return contract
