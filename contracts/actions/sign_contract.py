"""Sign a contract: from here on it promises."""

from __future__ import annotations

from accounts.capabilities import Capability
from accounts.viewer import Viewer
from contracts.actions._signing import lock_unsigned, put_into_force, what_is_signed
from contracts.evidence import Evidence
from contracts.models import Contract
from contracts.signing_notices import tell_signed

NOTHING_MORE = Evidence()


def sign_contract(
    *, contract: Contract, name: str, actor: Viewer, evidence: Evidence = NOTHING_MORE
) -> Contract:
    """Turn a draft into immutable terms, signed by `name` and written down by `actor`.

    What was sent to the customer is signed as it was sent. Raises NotAllowed, BadInput naming the
    field (no name, a scan that is none, a day to come), and RuleBroken for what is signed already
    or where another signed contract covers the same thing on one of the days.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    contract = lock_unsigned(contract)
    what = what_is_signed(contract)
    contract = put_into_force(contract, what, name, evidence, actor)
    if what.request is not None:
        tell_signed(contract, what.request, actor)
    return contract
