"""What all steps in the life of a signed contract share: locks, days, the record, the notices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from accounts.audit import record
from accounts.models import Customer
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.tenancy import database_now
from contracts.actions._requests import take_back_amendment
from contracts.day_words import spell_day
from contracts.days import start_of_day, today_of_calendar
from contracts.impact import Moved, follow_cover
from contracts.models import Contract, ContractEvent, ContractState, Milestone, Terms
from contracts.notices import tell_change

WORDS = 600
# What the steps change of a contract.
LIFE = (
    "ends_on",
    "ending",
    "renewal_rule",
    "renewal_months",
    "notice_days",
    "renewal_anchor",
    "renewals",
    "agreed_on",
    "look_on",
)


@dataclass(frozen=True, slots=True)
class Changed:
    """A contract after a step, and the open deadlines that the step moved."""

    contract: Contract
    moved: Sequence[Moved] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Held:
    """A signed contract, locked: with its newest terms, and the day it is in its calendar."""

    contract: Contract
    terms: Terms
    today: date


def hold_contract(contract: Contract) -> Held:
    """Lock a signed contract that has not ended. Raises RuleBroken for any other."""
    held = hold_signed(contract)
    ends_on = held.contract.ends_on
    if ends_on is not None and ends_on < held.today:
        raise RuleBroken(
            f"Contract {held.contract.number} ended on {spell_day(ends_on)}.",
            remedy="Draft a new contract instead.",
        )
    return held


def hold_signed(contract: Contract) -> Held:
    """Lock a signed contract, after its customer. Raises RuleBroken for a draft or a cancelled one.

    One step at a time: as when signing, whoever changes what is covered sees what all others did.
    """
    Customer.objects.select_for_update(no_key=True).get(pk=contract.customer_id)
    rows = Contract.objects.select_for_update(no_key=True, of=("self",)).select_related("customer")
    contract = rows.get(pk=contract.pk)
    if contract.state != ContractState.SIGNED:
        raise RuleBroken(
            f"Contract {contract.number} is {contract.get_state_display().lower()}: it has no terms"
            " to change yet.",
            remedy="Change the draft itself, or draft a new contract.",
        )
    terms = contract.terms.select_related("calendar", "contract").latest("number")
    return Held(contract, terms, today_of_calendar(terms.calendar, database_now()))


def refuse_past(day: date, today: date, *, field: str) -> None:
    """Raise BadInput for a day before today."""
    if day < today:
        raise BadInput(
            f"{spell_day(day)} has passed. What was promised until now stays as it is.",
            field=field,
            remedy=f"Choose {spell_day(today)} or a later day.",
        )


def after_step(
    held: Held,
    milestone: Milestone,
    *,
    on: date,
    sentences: Sequence[str],
    actor: Viewer,
    **details: object,
) -> Changed:
    """Save what a step changed, write it down, tell people; what is open follows from `on` on.

    An amendment that waits for a signature was drawn up for the contract before this step: it is
    taken back.
    """
    contract = held.contract
    take_back_amendment(contract, actor)
    # The next sweep finds out what follows: it also does what is due today.
    goes_on = contract.state == ContractState.SIGNED and contract.ends_on is not None
    contract.look_on = held.today if goes_on else None
    contract.save(update_fields=list(LIFE))
    words = write_event(contract, milestone, on=on, sentences=sentences, actor=actor, **details)
    moved: Sequence[Moved] = ()
    if on <= held.today:
        since = start_of_day(held.terms.calendar, on)
        moved = follow_cover(contract.customer_id, since, actor)
    record(
        actor,
        f"contract.{milestone.value}",
        contract,
        id=contract.pk,
        on=on,
        words=words,
        **details,
    )
    tell_change(contract, milestone, on, sentences, actor)
    return Changed(contract, moved)


def write_event(
    contract: Contract,
    milestone: Milestone,
    *,
    on: date,
    sentences: Sequence[str],
    actor: Viewer,
    **details: object,
) -> str:
    """Append a step to the life of a contract; return its words."""
    words = " ".join(sentences)
    if len(words) > WORDS:
        words = words[: WORDS - 1] + "…"
    ContractEvent.objects.create(
        provider_id=contract.provider_id,
        customer_id=contract.customer_id,
        contract=contract,
        milestone=milestone,
        on=on,
        words=words,
        details={name: _plain(value) for name, value in details.items()},
        at=database_now(),
        by_id=actor.membership_id,
        by_name=actor.name[:120],
    )
    return words


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
