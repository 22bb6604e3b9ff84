"""Draft a contract."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.models import Customer
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.tenancy import database_now
from contracts.actions._covers import check_wish, cover_things, next_number
from contracts.drafts import ContractWish
from contracts.models import Contract, Tier


def create_contract(*, customer: Customer, wish: ContractWish, actor: Viewer) -> Contract:
    """Create a draft with the next number. Nothing is promised until it is signed.

    Raises NotAllowed, RuleBroken for an inactive customer, and BadInput naming the field.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    if not customer.is_active:
        raise RuleBroken(
            f"{customer} is not active and can have no new contract.",
            remedy="Make the customer active first.",
        )
    check_wish(wish)
    if Tier.objects.filter(code=wish.draft.tier, is_hidden=True).exists():
        raise BadInput(
            "This tier is hidden from new contracts.",
            field="tier",
            remedy="Choose another one, or offer it again under Tiers.",
        )
    contract: Contract = Contract.objects.create(
        provider_id=actor.provider_id,
        customer=customer,
        number=next_number(actor.provider_id),
        starts_on=wish.starts_on,
        ends_on=wish.ends_on,
        draft=wish.draft.to_dict(),
        created_at=database_now(),
        **wish.renewal.columns(),
    )
    cover_things(contract, wish)
    record(actor, "contract.drafted", contract, id=contract.pk, draft=contract.draft)
    return contract
