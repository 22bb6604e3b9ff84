"""What every way of signing shares: the terms come into force together with their evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from accounts.audit import record
from accounts.models import Customer
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.tenancy import database_now
from contracts.actions._life import LIFE, write_event
from contracts.agreement import agreement_of
from contracts.days import today_of_calendar
from contracts.drafts import Draft, terms_of
from contracts.evidence import Evidence, store_scan
from contracts.models import (
    Contract,
    ContractState,
    Cover,
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
    """Lock a contract that can still be signed, and its customer. Raises RuleBroken."""
    # All contracts of a customer are signed one after the other: the check of double cover sees
    # the others.
    Customer.objects.select_for_update().get(pk=contract.customer_id)
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    if contract.state not in OPEN_STATES:
        raise RuleBroken(
            f"Contract {contract.number} is {contract.get_state_display().lower()} and cannot be"
            " changed.",
            remedy="Draft a new contract instead.",
        )
    return contract


def lock_waiting(request: SigningRequest) -> SigningRequest:
    """Lock a request that still waits. Raises RuleBroken for one that was answered."""
    request = SigningRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if request.state != SigningState.WAITING:
        raise RuleBroken(
            f"Contract {request} does not wait for this signature any more: it is"
            f" {request.get_state_display().lower()}.",
            remedy="Look at your contracts again.",
        )
    return request


def what_is_signed(contract: Contract) -> Signed:
    """Return what a signature of a locked contract puts into force: what was sent, if it was."""
    request = contract.signing_requests.filter(state=SigningState.WAITING).first()
    if request is not None:
        terms = terms_from(request.terms, contract)
        return Signed(terms, request.document, request.terms_sha256, lock_waiting(request))
    terms = terms_of(contract, Draft.from_dict(contract.draft or {}))
    agreement = agreement_of(contract, terms, database_now())
    return Signed(terms, agreement.document, agreement.digest)


def put_into_force(
    contract: Contract, what: Signed, name: str, evidence: Evidence, actor: Viewer
) -> Contract:
    """Turn a locked contract into immutable terms with their signature."""
    if not name.strip():
        raise BadInput("Nobody signed.", field="name", remedy="Type the name of who signs.")
    covers = list(contract.covers.select_related("site", "device"))
    during = DateRange(contract.starts_on, contract.ends_on, "[]")
    refuse_double_cover(covers, during)
    now, terms = database_now(), what.terms
    terms.created_at, terms.created_by_id = now, actor.membership_id
    terms.save(force_insert=True)
    signature = write_signature(terms, what, name.strip(), evidence, actor)
    contract.covers.update(during=during)
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
    )
    return signature


def answer_request(
    request: SigningRequest, state: SigningState, actor: Viewer, reason: str = ""
) -> None:
    """Write how a locked request was answered."""
    request.state, request.reason = state, reason
    request.answered_at, request.answered_by_id = database_now(), actor.membership_id
    request.save(update_fields=["state", "reason", "answered_at", "answered_by"])


def refuse_double_cover(covers: list[Cover], during: DateRange) -> None:
    """Raise RuleBroken where another contract covers one of these on one of the days."""
    same = Q()
    for cover in covers:
        same |= Q(site_id=cover.site_id, device_id=cover.device_id)
    others = Cover.objects.filter(same, customer_id=covers[0].customer_id, during__overlap=during)
    if other := others.select_related("contract", "site", "device").first():
        thing = other.device or other.site or "the whole company"
        raise RuleBroken(
            f"Contract {other.contract.number} covers {thing} already on some of these days.",
            remedy="Choose other dates, or cover something else.",
        )
