"""Amend a signed contract: new terms, and another cover, from a day on."""

from __future__ import annotations

from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from contracts.actions._amending import apply_amendment, next_terms
from contracts.actions._life import Changed, after_step, hold_contract
from contracts.drafts import Amendment
from contracts.models import Contract, Milestone


def amend_contract(
    *, contract: Contract, amendment: Amendment, base_number: int, actor: Viewer
) -> Changed:
    """Append terms that count from `amendment.effective_on` on; begin and end covers on that day.

    Nobody is asked to sign: see `send_amendment` for that. `base_number` is the version of the
    terms that the editor looked at. What was opened before that day keeps its promise. Raises
    NotAllowed, BadInput naming the field, and RuleBroken for what is not signed, has ended, or was
    amended by somebody else meanwhile.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    held, first = hold_contract(contract), amendment.effective_on
    terms = next_terms(held, amendment.draft, first, base_number)
    sentences = apply_amendment(held, amendment, terms)
    terms.created_at, terms.created_by_id = database_now(), actor.membership_id
    terms.save(force_insert=True)
    return after_step(
        held, Milestone.AMENDED, on=first, sentences=sentences, actor=actor, version=terms.number
    )
