"""Give notice: from here on it is decided when a contract ends."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from contracts.actions._cover_days import move_end
from contracts.actions._life import Changed, Held, after_step, hold_contract
from contracts.day_words import spell_day
from contracts.models import Contract, ContractEvent, Ending, Milestone
from contracts.renewals import RenewalError, end_after_notice


class Side(StrEnum):
    """Who gives notice."""

    CUSTOMER = "customer"
    PROVIDER = "provider"


def give_notice(
    *, contract: Contract, side: Side, given_on: date, reason: str, actor: Viewer
) -> Changed:
    """Write down that `side` gave notice on a day, and let the contract end accordingly.

    In time: at the agreed end; without one, after the days of notice. Too late where it renews by
    itself: after one more period. Raises NotAllowed, BadInput naming the field, and RuleBroken for
    what is not signed, has ended, or is going to end anyway.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    held = hold_contract(contract)
    _refuse(held, given_on, reason)
    contract = held.contract
    before = contract.ends_on
    ends_on, periods = _end(held, given_on)
    move_end(contract, ends_on, field="given_on")
    contract.renewals += periods
    contract.ending, contract.agreed_on = Ending.NOTICE.value, held.today
    who = contract.customer.name if side is Side.CUSTOMER else actor.provider_name or "We"
    sentences = [
        f"{who} gave notice on {spell_day(given_on)}.",
        f"It ends on {spell_day(ends_on)}.",
    ]
    if periods:
        sentences.append("The notice came too late for the end before, so it runs on once more.")
    sentences.append(f"Reason: {reason}")
    return after_step(
        held,
        Milestone.NOTICE,
        on=ends_on,
        sentences=sentences,
        actor=actor,
        side=side.value,
        given_on=given_on,
        ends_on_before=before,
        renewals_before=contract.renewals - periods,
        reason=reason,
    )


def withdraw_notice(*, contract: Contract, reason: str, actor: Viewer) -> Changed:
    """Take a notice back: the contract goes on as agreed before.

    A period that the notice came too late for stays. Raises NotAllowed, BadInput where another
    contract covers one of the things by now, and RuleBroken without a notice.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    held = hold_contract(contract)
    contract = held.contract
    if contract.ending != Ending.NOTICE:
        raise RuleBroken(
            f"Nobody has given notice for contract {contract.number}.",
            remedy="Load the page again.",
        )
    notice = ContractEvent.objects.filter(contract=contract, milestone=Milestone.NOTICE)
    if notice.latest("pk").details["ends_on_before"] is None:
        move_end(contract, None)
    contract.ending, contract.agreed_on = Ending.OPEN.value, held.today
    return after_step(
        held,
        Milestone.NOTICE_WITHDRAWN,
        on=held.today,
        sentences=[
            "The notice was withdrawn.",
            f"{contract.renewal.words()}.",
            f"Reason: {reason}",
        ],
        actor=actor,
        reason=reason,
    )


def _refuse(held: Held, given_on: date, reason: str) -> None:
    contract = held.contract
    if contract.ending:
        raise RuleBroken(
            f"It is decided already that contract {contract.number} ends.",
            remedy="Look at its page: it says when and why.",
        )
    if given_on > held.today:
        raise BadInput(
            f"{spell_day(given_on)} has not come yet.",
            field="given_on",
            remedy=f"Choose {spell_day(held.today)} or an earlier day.",
        )
    if given_on < contract.starts_on and given_on < held.today:
        raise BadInput(
            f"The contract begins on {spell_day(contract.starts_on)}.",
            field="given_on",
            remedy="Choose the day on which the notice arrived.",
        )
    if not reason.strip():
        raise BadInput("Nobody knows why.", field="reason", remedy="Write the reason.")


def _end(held: Held, given_on: date) -> tuple[date, int]:
    contract = held.contract
    try:
        ends_on, periods = end_after_notice(
            given_on,
            contract.ends_on,
            contract.renewal,
            contract.renewal_anchor,
            contract.renewals,
        )
    except RenewalError as error:
        raise BadInput(error.message, field="given_on", remedy=error.remedy) from error
    # A notice that was written down late takes nothing back from what was covered until now.
    return max(ends_on, contract.starts_on, held.today), periods
