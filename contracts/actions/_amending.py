"""What amending at once and amending with a signature share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from calcom_portal.common.errors import BadInput, RuleBroken
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
from contracts.actions._life import Held, refuse_past
from contracts.cover_words import covers_until_the_end
from contracts.day_words import spell_day
from contracts.drafts import Amendment, Draft, SentAmendment, terms_of
from contracts.models import Contract, Cover, Terms
from contracts.renewals import DAY, Renewal
from contracts.terms_diff import compare_terms


def next_terms(held: Held, draft: Draft, first: date, base_number: int) -> Terms:
    """Return the unsaved next version of a locked contract's terms, counting from a day on.

    Raises BadInput naming the field, and RuleBroken when there is a newer version than
    `base_number`.
    """
    refuse_other_version(held.terms, base_number)
    _refuse_day(held, first)
    check_draft(draft)
    terms = terms_of(held.contract, draft)
    terms.effective_on, terms.number = first, held.terms.number + 1
    return terms


def apply_amendment(held: Held, amendment: Amendment | SentAmendment, terms: Terms) -> list[str]:
    """Let a locked contract cover and renew from the first day of `terms` on; say what changes.

    Raises BadInput naming the field, also when nothing would change.
    """
    wanted = things_chosen(held.contract, amendment)
    sentences = [
        *_renew_by(held.contract, amendment.renewal),
        *_cover(held.contract, wanted, terms.effective_on),
    ]
    sentences = [*compare_terms(held.terms, terms).sentences(), *sentences]
    if not sentences:
        raise BadInput(
            "This is what the contract says already.",
            field="effective_on",
            remedy="Change something first.",
        )
    return sentences


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
