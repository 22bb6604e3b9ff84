"""The customer signs what it was sent."""

from __future__ import annotations

from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import provider_scope
from contracts.actions._signing import lock_unsigned, put_into_force, what_is_signed
from contracts.evidence import Evidence
from contracts.models import Contract, SigningRequest
from contracts.signing_notices import tell_signed


def sign_agreement(
    *, request: SigningRequest, name: str, evidence: Evidence, actor: Viewer
) -> Contract:
    """Put the terms into force that were sent, signed by one of the customer's own people.

    Raises NotAllowed, BadInput without a name, and RuleBroken when the request was answered
    already, or another contract covers the same thing by now.
    """
    actor.require(Capability.SIGN_CONTRACTS)
    own = {"pk": request.pk, "customer_id": actor.own_customer_id}
    # Customers' people may not write contracts: within this act, and no other, the provider's side
    # does it for them.
    with provider_scope(provider_id=actor.provider_id):
        request = SigningRequest.objects.select_related("contract").get(**own)
        contract = lock_unsigned(request.contract)
        what = what_is_signed(contract)
        if what.request is None or what.request.pk != request.pk:
            raise RuleBroken(
                f"Contract {contract.number} was taken back to be changed.",
                remedy="Wait until it is sent again.",
            )
        contract = put_into_force(contract, what, name, evidence, actor)
        tell_signed(contract, what.request, actor)
    return contract
