"""Cancel a signed contract before its first day."""

from __future__ import annotations

from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from contracts.actions._life import Changed, after_step, hold_contract
from contracts.day_words import spell_day
from contracts.models import Contract, ContractState, Milestone


def call_off_contract(*, contract: Contract, reason: str, actor: Viewer) -> Changed:
    """Cancel what was signed and has not begun. It covers nothing; its papers stay.

    Raises NotAllowed, BadInput without a reason, and RuleBroken for what is not signed or has
    begun.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    held = hold_contract(contract)
    contract = held.contract
    if contract.starts_on <= held.today:
        raise RuleBroken(
            f"Contract {contract.number} began on {spell_day(contract.starts_on)}.",
            remedy="End it early, or give notice.",
        )
    if not reason.strip():
        raise BadInput("Nobody knows why.", field="reason", remedy="Write the reason.")
    contract.covers.all().delete()
    contract.state = ContractState.CANCELLED
    contract.save(update_fields=["state"])
    return after_step(
        held,
        Milestone.CALLED_OFF,
        on=contract.starts_on,
        sentences=["It never comes into force.", f"Reason: {reason}"],
        actor=actor,
        reason=reason,
    )
