"""The customer does not sign what it was sent."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from calcom_portal.common.tenancy import provider_scope
from contracts.actions._signing import answer_request, lock_unsigned, lock_waiting
from contracts.models import ContractState, SigningRequest, SigningState
from contracts.signing_notices import tell_declined


def decline_agreement(*, request: SigningRequest, reason: str, actor: Viewer) -> SigningRequest:
    """Send an agreement back unsigned, with the reason; the contract is a draft again.

    Raises NotAllowed, BadInput without a reason, and RuleBroken when it was answered already.
    """
    actor.require(Capability.SIGN_CONTRACTS)
    if not reason.strip():
        raise BadInput(
            "The reason is missing.", field="reason", remedy="Write what should be different."
        )
    own = {"pk": request.pk, "customer_id": actor.own_customer_id}
    # Customers' people may not write contracts: within this act the provider's side does it.
    with provider_scope(provider_id=actor.provider_id):
        request = SigningRequest.objects.select_related("contract").get(**own)
        contract = lock_unsigned(request.contract)
        request = lock_waiting(request)
        answer_request(request, SigningState.DECLINED, actor, reason.strip())
        contract.state = ContractState.DRAFT
        contract.save(update_fields=["state"])
        record(actor, "contract.declined", contract, id=contract.pk)
        tell_declined(contract, request, actor)
    return request
