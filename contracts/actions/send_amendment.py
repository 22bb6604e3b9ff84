"""Send an amendment to the customer to be signed."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.files import store_bytes
from calcom_portal.common.tenancy import database_now
from contracts.actions._amending import apply_amendment, next_terms
from contracts.actions._life import Held, hold_contract
from contracts.actions._requests import waiting_of
from contracts.agreement import Agreement, agreement_of, typeset_agreement
from contracts.drafts import Amendment, SentAmendment
from contracts.models import Contract, SigningRequest, Terms
from contracts.signing_notices import tell_to_sign
from contracts.terms_json import terms_values


def send_amendment(
    *, contract: Contract, amendment: Amendment, base_number: int, note: str = "", actor: Viewer
) -> SigningRequest:
    """Freeze what an amendment says, as terms and as PDF, and ask the customer to sign it.

    The contract stays as it is until then. Where nobody of the customer can sign in the portal, the
    signature on paper is awaited. Raises NotAllowed, BadInput naming the field, and RuleBroken for
    what cannot be amended, or when another amendment waits already.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    held = hold_contract(contract)
    _refuse_second(held.contract)
    terms = next_terms(held, amendment.draft, amendment.effective_on, base_number)
    sent, agreement = _as_it_will_be(held, amendment, terms)
    now = database_now()
    request: SigningRequest = SigningRequest.objects.create(
        provider_id=terms.provider_id,
        customer_id=terms.customer_id,
        contract=held.contract,
        terms=terms_values(terms),
        document=agreement.document,
        terms_sha256=agreement.digest,
        pdf_sha256=store_bytes(typeset_agreement(agreement.document, at=now)),
        note=note,
        amendment=sent.to_dict(),
        sent_at=now,
        sent_by_id=actor.membership_id,
    )
    digest = agreement.digest
    record(actor, "contract.amendment_sent", held.contract, id=contract.pk, terms_sha256=digest)
    tell_to_sign(held.contract, request, actor)
    return request


def _as_it_will_be(
    held: Held, amendment: Amendment, terms: Terms
) -> tuple[SentAmendment, Agreement]:
    """Return what is sent. It is carried out, looked at, and taken back."""
    with transaction.atomic():
        sentences = apply_amendment(held, amendment, terms)
        agreement = agreement_of(held.contract, terms, database_now())
        transaction.set_rollback(True)
    sent = SentAmendment(
        base_number=held.terms.number,
        site_ids=amendment.site_ids,
        device_ids=amendment.device_ids,
        renewal=amendment.renewal,
        sentences=tuple(sentences),
    )
    return sent, agreement


def _refuse_second(contract: Contract) -> None:
    if waiting_of(contract) is not None:
        raise RuleBroken(
            f"An amendment of contract {contract.number} waits for a signature already.",
            remedy="Take it back first, or have it signed.",
        )
