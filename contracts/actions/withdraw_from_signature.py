"""Take an agreement back that waits for a signature."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from contracts.actions._requests import answer_request, back_to_draft, waiting_of
from contracts.actions._signing import lock_unsigned
from contracts.models import Contract, SigningState
from contracts.signing_notices import tell_withdrawn


def withdraw_from_signature(*, contract: Contract, actor: Viewer) -> Contract:
    """Make a draft again of what was sent; an amendment is given up.

    Raises NotAllowed, and RuleBroken for a contract that does not wait.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    contract = lock_unsigned(contract)
    request = waiting_of(contract)
    if request is None:
        raise RuleBroken(
            f"Contract {contract.number} does not wait for a signature.",
            remedy="Change the draft, or send it.",
        )
    answer_request(request, SigningState.WITHDRAWN, actor)
    back_to_draft(contract)
    record(actor, "contract.withdrawn", contract, id=contract.pk)
    tell_withdrawn(contract, request, actor)
    return contract
