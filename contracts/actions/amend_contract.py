"""Amend a signed contract: new terms, and another cover, from a day on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.tenancy import database_now
from contracts.actions._cover_days import (
    Thing,
    begin_covers,
    end_covers,
    key_of,
    names_of,
    refuse_double_cover,
    thing_of,
)
from contracts.actions._covers import check_draft, things_chosen
from contracts.actions._life import Changed, Held, after_step, hold_contract, refuse_past
from contracts.cover_words import covers_until_the_end
from contracts.day_words import spell_day
from contracts.drafts import Amendment, terms_of
from contracts.models import Contract, Cover, Milestone, Terms
from contracts.renewals import DAY, Renewal
from contracts.terms_diff import compare_terms


def amend_contract(
    *, contract: Contract, amendment: Amendment, base_number: int, actor: Viewer
) -> Changed:
    """Append terms that count from `amendment.effective_on` on; begin and end covers on that day.

    `base_number` is the version of the terms that the editor looked at. What was opened before that
    day keeps its promise. Raises NotAllowed, BadInput naming the field, and RuleBroken for what is
    not signed, has ended, or was amended by somebody else meanwhile.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    held = hold_contract(contract)
    refuse_other_version(held.terms, base_number)
    first = amendment.effective_on
    _refuse_day(held, first)
    check_draft(amendment.draft)
    wanted = things_chosen(held.contract, amendment)
    sentences = [
        *_renew_by(held.contract, amendment.renewal),
        *_cover(held.contract, wanted, first),
    ]
    terms = terms_of(held.contract, amendment.draft)
    terms.effective_on, terms.number = first, held.terms.number + 1
    sentences = [*compare_terms(held.terms, terms).sentences(), *sentences]
    if not sentences:
        raise BadInput(
            "This is what the contract says already.",
            field="effective_on",
            remedy="Change something first.",
        )
    terms.created_at, terms.created_by_id = database_now(), actor.membership_id
    terms.save(force_insert=True)
    return after_step(
        held, Milestone.AMENDED, on=first, sentences=sentences, actor=actor, version=terms.number
    )


def refuse_other_version(newest: Terms, base_number: int) -> None:
    """Raise RuleBroken when the editor began from another version than the newest one."""
    if newest.number != base_number:
        raise RuleBroken(
            f"Contract {newest.contract.number} was amended since you opened it: version"
            f" {newest.number} is there, and you began from version {base_number}.",
            remedy="Open the contract again and make your change there.",
        )


def _refuse_day(held: Held, first: date) -> None:
    refuse_past(first, held.today, field="effective_on")
    if first <= held.terms.effective_on:
        raise BadInput(
            f"Version {held.terms.number} counts from {spell_day(held.terms.effective_on)} on.",
            field="effective_on",
            remedy=f"Choose {spell_day(held.terms.effective_on + DAY)} or a later day.",
        )
    ends_on = held.contract.ends_on
    if ends_on is not None and first > ends_on:
        raise BadInput(
            f"The contract ends on {spell_day(ends_on)}.",
            field="effective_on",
            remedy="Choose an earlier day, or renew the contract first.",
        )


def _renew_by(contract: Contract, renewal: Renewal) -> Sequence[str]:
    if renewal == contract.renewal:
        return ()
    if renewal.is_automatic and contract.ends_on is None:
        raise BadInput(
            "The contract has no last day, so there is nothing to renew.",
            field="renewal_rule",
            remedy="Choose another rule.",
        )
    contract.agree_renewal(renewal)
    if contract.ends_on is not None:
        contract.renewal_anchor, contract.renewals = contract.ends_on + DAY, 0
    return (f"{renewal.words()}.",)


def _cover(contract: Contract, wanted: Sequence[Thing], first: date) -> list[str]:
    covers = {key_of(cover): cover for cover in covers_until_the_end(contract)}
    begun = [thing for thing in wanted if thing not in covers]
    ended: list[Cover] = [cover for thing, cover in covers.items() if thing not in wanted]
    refuse_double_cover(contract, begun, first, contract.ends_on, field="cover")
    end_covers(ended, first - DAY)
    begin_covers(contract, begun, first)
    return [
        *(f"Cover begins on {spell_day(first)}: {name}." for name in names_of(begun)),
        *(f"Cover ends on {spell_day(first - DAY)}: {thing_of(cover)}." for cover in ended),
    ]
