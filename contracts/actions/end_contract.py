"""End a contract before its time."""

from __future__ import annotations

from datetime import date

from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from contracts.actions._cover_days import move_end
from contracts.actions._life import Changed, after_step, hold_contract, refuse_past
from contracts.day_words import spell_day
from contracts.models import Contract, Ending, Milestone


def end_contract(*, contract: Contract, last_day: date, reason: str, actor: Viewer) -> Changed:
    """Let a contract end with `last_day`, today at the earliest. It is not renewed any more.

    What was opened until then keeps its promise. Raises NotAllowed, BadInput naming the field, and
    RuleBroken for what is not signed or has ended.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    held = hold_contract(contract)
    contract = held.contract
    refuse_past(last_day, held.today, field="last_day")
    if last_day < contract.starts_on:
        raise BadInput(
            f"The contract begins on {spell_day(contract.starts_on)}: the last day is before it.",
            field="last_day",
            remedy=f"Choose {spell_day(contract.starts_on)} or a later day.",
        )
    if contract.ends_on is not None and last_day >= contract.ends_on:
        raise BadInput(
            f"The contract ends on {spell_day(contract.ends_on)} anyway.",
            field="last_day",
            remedy="Choose an earlier day, or give notice so that it is not renewed.",
        )
    if not reason.strip():
        raise BadInput("Nobody knows why.", field="reason", remedy="Write the reason.")
    before = contract.ends_on
    move_end(contract, last_day)
    contract.ending, contract.agreed_on = Ending.CUT_SHORT.value, held.today
    was = f" instead of {spell_day(before)}" if before else ""
    return after_step(
        held,
        Milestone.CUT_SHORT,
        on=last_day,
        sentences=[f"It ends early, on {spell_day(last_day)}{was}.", f"Reason: {reason}"],
        actor=actor,
        ends_on_before=before,
        reason=reason,
    )
