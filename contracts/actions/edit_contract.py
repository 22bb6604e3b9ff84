"""Change a draft."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from contracts.actions._covers import check_wish, cover_things, lock_draft
from contracts.drafts import ContractWish
from contracts.models import Contract
from contracts.models.promises import RENEWAL


def edit_contract(*, contract: Contract, wish: ContractWish, actor: Viewer) -> Contract:
    """Replace what a draft says.

    Raises NotAllowed, RuleBroken once it is signed or cancelled, and BadInput naming the field.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    contract = lock_draft(contract)
    check_wish(wish)
    contract.starts_on, contract.ends_on = wish.starts_on, wish.ends_on
    contract.draft = wish.draft.to_dict()
    contract.agree_renewal(wish.renewal)
    contract.save(update_fields=["starts_on", "ends_on", "draft", *RENEWAL])
    contract.covers.all().delete()
    cover_things(contract, wish)
    record(actor, "contract.edited", contract, id=contract.pk, draft=contract.draft)
    return contract
