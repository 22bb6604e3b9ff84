"""Send an agreement to the customer to be signed."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.files import store_bytes
from calcom_portal.common.tenancy import database_now
from contracts.actions._covers import lock_draft
from contracts.agreement import agreement_of, typeset_agreement
from contracts.drafts import Draft, terms_of
from contracts.models import Contract, ContractState, SigningRequest
from contracts.signing_notices import signers_of, tell_to_sign
from contracts.terms_json import terms_values


def send_for_signature(*, contract: Contract, note: str = "", actor: Viewer) -> SigningRequest:
    """Freeze what a draft says, as terms and as PDF, and ask the customer's administrators to sign.

    Nothing is in force before they do. Raises NotAllowed, RuleBroken for what is no draft or when
    nobody of the customer could sign, and BadInput when the catalogue no longer offers the draft.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    contract = lock_draft(contract)
    if not signers_of(contract.customer_id):
        raise RuleBroken(
            f"Nobody of {contract.customer} could sign here: it has no administrator.",
            remedy="Invite one under People, or record a signature that was given on paper.",
        )
    now = database_now()
    terms = terms_of(contract, Draft.from_dict(contract.draft or {}))
    agreement = agreement_of(contract, terms, now)
    pdf = store_bytes(typeset_agreement(agreement.document, at=now))
    request: SigningRequest = SigningRequest.objects.create(
        provider_id=contract.provider_id,
        customer_id=contract.customer_id,
        contract=contract,
        terms=terms_values(terms),
        document=agreement.document,
        terms_sha256=agreement.digest,
        pdf_sha256=pdf,
        note=note,
        sent_at=now,
        sent_by_id=actor.membership_id,
    )
    contract.state = ContractState.SENT
    contract.save(update_fields=["state"])
    record(actor, "contract.sent", contract, id=contract.pk, terms_sha256=agreement.digest, pdf=pdf)
    tell_to_sign(contract, request, actor)
    return request
