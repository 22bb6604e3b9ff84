"""Renew a contract for its next period, by hand or by itself."""

from __future__ import annotations

from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from contracts.actions._cover_days import move_end
from contracts.actions._life import Changed, Held, after_step, hold_contract, hold_signed
from contracts.day_words import spell_day
from contracts.models import Contract, Milestone
from contracts.reminding import renews_by_itself_on
from contracts.renewals import DAY, LONGEST_TERM, Period, RenewalError, period_after


def renew_contract(*, contract: Contract, months: int, actor: Viewer) -> Changed:
    """Move the last day by `months`, and with it all that is covered until the end.

    Raises NotAllowed, BadInput where another contract covers one of the things in the new period,
    and RuleBroken for a contract without an end, one that has ended, or whose end is decided.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    held = hold_contract(contract)
    if held.contract.ending:
        raise RuleBroken(
            f"Contract {held.contract.number} is going to end: {_why(held.contract)}.",
            remedy="Withdraw the notice first, or draft a new contract.",
        )
    return _renew(held, months, actor)


def renew_by_itself(*, contract: Contract, actor: Viewer) -> Changed | None:
    """Renew a contract whose last day for notice has passed; None when nothing is owed (any more).

    After an outage the contract may have ended meanwhile: it is renewed all the same, without a
    gap. Raises NotAllowed, and BadInput where another contract covers one of the things by then.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    held = hold_signed(contract)
    day = renews_by_itself_on(held.contract)
    if day is None or day > held.today:
        return None
    return _renew(held, held.contract.renewal_months, actor)


def _renew(held: Held, months: int, actor: Viewer) -> Changed:
    contract = held.contract
    period = _next_period(contract, months)
    move_end(contract, period.last, field="months")
    contract.agreed_on = held.today
    until = f"It now runs until {spell_day(period.last)}."
    how = "1 month" if months == 1 else f"{months} months"
    return after_step(
        held,
        Milestone.RENEWED,
        on=period.first,
        sentences=[f"Renewed for {how} from {spell_day(period.first)} on.", until],
        actor=actor,
        months=months,
        ends_on=period.last,
    )


def _next_period(contract: Contract, months: int) -> Period:
    """Return the period, and count it. One of another length begins a count of its own."""
    if contract.ends_on is None:
        raise RuleBroken(
            f"Contract {contract.number} has no last day, so there is nothing to renew.",
            remedy="It goes on until somebody gives notice.",
        )
    if not 1 <= months <= LONGEST_TERM:
        raise BadInput(
            "A contract is renewed by whole months.",
            field="months",
            remedy=f"Write a number from 1 to {LONGEST_TERM}.",
        )
    anchor = contract.renewal_anchor or contract.ends_on + DAY
    is_usual = months == contract.renewal_months
    try:
        if is_usual:
            period = period_after(anchor, months, contract.renewals)
        else:
            period = period_after(contract.ends_on + DAY, months, 0)
    except RenewalError as error:
        raise BadInput(error.message, field=error.field, remedy=error.remedy) from error
    contract.renewal_anchor = anchor if is_usual else period.last + DAY
    contract.renewals = contract.renewals + 1 if is_usual else 0
    return period


def _why(contract: Contract) -> str:
    return contract.get_ending_display().lower()
