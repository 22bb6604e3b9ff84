"""The customer does not sign what it was sent."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from calcom_portal.common.tenancy import provider_scope
from contracts.actions._requests import answer_request, back_to_draft, lock_waiting
from contracts.actions._signing import lock_unsigned
from contracts.models import SigningRequest, SigningState
from contracts.signing_notices import tell_declined


def decline_agreement(*, request: SigningRequest, reason: str, actor: Viewer) -> SigningRequest:
    """Send an agreement back unsigned, with the reason; a new contract is a draft again.

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
        back_to_draft(contract)
        record(actor, "contract.declined", contract, id=contract.pk)
        tell_declined(contract, request, actor)
    return request
