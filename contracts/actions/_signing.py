"""What every way of signing shares: the terms come into force together with their evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.audit import record
from accounts.models import Customer
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.tenancy import database_now
from contracts.actions._amending import apply_amendment, refuse_other_version
from contracts.actions._cover_days import key_of, refuse_double_cover
from contracts.actions._life import LIFE, after_step, hold_contract, write_event
from contracts.actions._requests import answer_request, lock_waiting, waiting_of
from contracts.agreement import agreement_of
from contracts.day_words import spell_day
from contracts.days import today_of_calendar
from contracts.drafts import Draft, SentAmendment, terms_of
from contracts.evidence import Evidence, store_scan
from contracts.models import (
    Contract,
    ContractState,
    Milestone,
    Signature,
    SignatureMethod,
    SigningRequest,
    SigningState,
    Terms,
)
from contracts.renewals import DAY
from contracts.terms_json import terms_from

SIGNED = ("state", "signed_at", "signed_name", "signed_by", "draft")
OPEN_STATES = (ContractState.DRAFT, ContractState.SENT)


@dataclass(frozen=True, slots=True)
class Signed:
    """Terms that are to come into force, not saved yet, and what the paper of them says."""

    terms: Terms
    document: dict[str, Any]
    digest: str
    request: SigningRequest | None = None


def lock_unsigned(contract: Contract) -> Contract:
    """Lock a contract that can be signed, or its amendment, and its customer. Raises RuleBroken."""
    # All contracts of a customer are signed one after the other: the check of double cover sees
    # the others.
    Customer.objects.select_for_update().get(pk=contract.customer_id)
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    if contract.state not in OPEN_STATES and waiting_of(contract) is None:
        raise RuleBroken(
            f"Contract {contract.number} is {contract.get_state_display().lower()} and cannot be"
            " changed.",
            remedy="Draft a new contract instead.",
        )
    return contract


def what_is_signed(contract: Contract) -> Signed:
    """Return what a signature of a locked contract puts into force: what was sent, if it was."""
    request = waiting_of(contract)
    if request is not None:
        terms = terms_from(request.terms, contract)
        return Signed(terms, request.document, request.terms_sha256, lock_waiting(request))
    terms = terms_of(contract, Draft.from_dict(contract.draft or {}))
    agreement = agreement_of(contract, terms, database_now())
    return Signed(terms, agreement.document, agreement.digest)


def put_into_force(
    contract: Contract, what: Signed, name: str, evidence: Evidence, actor: Viewer
) -> Contract:
    """Turn a locked contract, or its amendment, into immutable terms with their signature."""
    if not name.strip():
        raise BadInput("Nobody signed.", field="name", remedy="Type the name of who signs.")
    if what.request is not None and what.request.amendment is not None:
        return _put_amendment_into_force(contract, what, name.strip(), evidence, actor)
    things = {key_of(cover) for cover in contract.covers.all()}
    refuse_double_cover(contract, things, contract.starts_on, contract.ends_on, field="starts_on")
    now, terms = database_now(), what.terms
    signature = _write_terms(what, name.strip(), evidence, actor)
    contract.covers.update(during=DateRange(contract.starts_on, contract.ends_on, "[]"))
    contract.state = ContractState.SIGNED
    contract.signed_at, contract.signed_name = now, signature.name
    contract.signed_by_id = actor.membership_id
    contract.draft = None
    _begin_life(contract, today_of_calendar(terms.calendar, now))
    contract.save(update_fields=[*SIGNED, *LIFE])
    words = [f"Signed by {contract.signed_name}.", f"{contract.renewal.words()}."]
    write_event(contract, Milestone.SIGNED, on=contract.starts_on, sentences=words, actor=actor)
    if what.request is not None:
        answer_request(what.request, SigningState.SIGNED, actor)
    record(
        actor,
        "contract.signed",
        contract,
        id=contract.pk,
        signed_name=contract.signed_name,
        method=signature.method,
        tier=terms.tier_code,
        promise=terms.promise,
        terms_sha256=what.digest,
    )
    return contract


def _write_terms(what: Signed, name: str, evidence: Evidence, actor: Viewer) -> Signature:
    what.terms.created_at, what.terms.created_by_id = database_now(), actor.membership_id
    what.terms.save(force_insert=True)
    return write_signature(what.terms, what, name, evidence, actor)


def _put_amendment_into_force(
    contract: Contract, what: Signed, name: str, evidence: Evidence, actor: Viewer
) -> Contract:
    request, first = cast("SigningRequest", what.request), what.terms.effective_on
    held, sent = hold_contract(contract), SentAmendment.from_dict(request.amendment or {})
    refuse_other_version(held.terms, sent.base_number)
    if first < held.today:
        raise BadInput(
            f"The amendment was to count from {spell_day(first)} on, and that day has passed.",
            field="signed_on",
            remedy="It has to be sent again with a later day.",
        )
    sentences = [f"Signed by {name}.", *apply_amendment(held, sent, what.terms)]
    signature = _write_terms(what, name, evidence, actor)
    answer_request(request, SigningState.SIGNED, actor)
    return after_step(
        held,
        Milestone.AMENDED,
        on=first,
        sentences=sentences,
        actor=actor,
        version=what.terms.number,
        signed_name=signature.name,
        method=signature.method,
        terms_sha256=what.digest,
    ).contract


def _begin_life(contract: Contract, today: date) -> None:
    contract.agreed_on = today
    if contract.ends_on is not None:
        contract.renewal_anchor = contract.ends_on + DAY
        # The next sweep finds out what follows.
        contract.look_on = today


def write_signature(
    terms: Terms, what: Signed, name: str, evidence: Evidence, actor: Viewer
) -> Signature:
    """Write the evidence of a signature of saved terms. A customer's own person is the signer."""
    now, scan = database_now(), store_scan(evidence.scan)
    today = today_of_calendar(terms.calendar, now)
    signed_on = evidence.signed_on or today
    if signed_on > today:
        raise BadInput(
            "Nobody can have signed on a day that is still to come.",
            field="signed_on",
            remedy="Write the day on the paper.",
        )
    signature: Signature = Signature.objects.create(
        provider_id=terms.provider_id,
        customer_id=terms.customer_id,
        contract_id=terms.contract_id,
        terms=terms,
        request=what.request,
        method=SignatureMethod.SCAN if scan else SignatureMethod.TYPED,
        name=name,
        role=evidence.role,
        signed_on=signed_on,
        at=now,
        address=evidence.address[:45],
        user_agent=evidence.user_agent[:300],
        signer_id=actor.membership_id if actor.is_customer else None,
        recorded_by_id=None if actor.is_customer else actor.membership_id,
        document=what.document,
        terms_sha256=what.digest,
        pdf_sha256=what.request.pdf_sha256 if what.request else "",
        scan_name=scan.name if scan else "",
        scan_media_type=scan.media_type if scan else "",
        scan_size=scan.size if scan else 0,
        scan_sha256=scan.sha256 if scan else "",
        no_scan_reason="" if scan else evidence.no_scan_reason,
    )
    return signature
