"""Sign a contract: from here on it promises."""

from __future__ import annotations

from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from contracts.actions._signing import lock_unsigned, put_into_force, what_is_signed
from contracts.evidence import Evidence
from contracts.models import Contract
from contracts.signing_notices import tell_signed


def sign_contract(*, contract: Contract, name: str, evidence: Evidence, actor: Viewer) -> Contract:
    """Turn a draft, or an amendment, into immutable terms; `actor` writes down that `name` signed.

    What was sent to the customer is signed as it was sent. Raises NotAllowed, BadInput naming the
    field (no name, neither scan nor reason, a scan that is none, a day to come, another signed
    contract that covers the same thing on one of the days), and RuleBroken for what is signed.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    if evidence.scan is None and not evidence.no_scan_reason.strip():
        raise BadInput(
            "There is no scan of the signed paper.",
            field="no_scan_reason",
            remedy="Choose the file, or write why there is none.",
        )
    contract = lock_unsigned(contract)
    what = what_is_signed(contract)
    contract = put_into_force(contract, what, name, evidence, actor)
    if what.request is not None:
        tell_signed(contract, what.request, actor)
    return contract
