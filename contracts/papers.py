"""The papers of a contract: one for each version of its terms, as PDF."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import Missing
from calcom_portal.common.files import path_of
from calcom_portal.common.tenancy import database_now
from contracts.agreement import agreement_of, signature_record, typeset_agreement
from contracts.day_words import spell_day
from contracts.drafts import Draft, terms_of
from contracts.models import (
    Contract,
    ContractState,
    Signature,
    SignatureMethod,
    SigningRequest,
    SigningState,
)
from contracts.terms_json import terms_digest


@dataclass(frozen=True, slots=True)
class Paper:
    """One version of a contract as a document, with the signature that it has."""

    version: int
    effective_on: date
    tier_name: str
    digest: str
    signature: Signature | None
    signed_words: str


@dataclass(frozen=True, slots=True)
class MadePaper:
    """A PDF with the name that its file gets."""

    name: str
    data: bytes


def papers_of(contract: Contract) -> list[Paper]:
    """Return the versions of a signed contract, the newest first. Two queries."""
    signatures = {
        row.terms_id: row
        for row in Signature.objects.filter(contract=contract).select_related("recorded_by")
    }
    return [
        Paper(
            version=terms.number,
            effective_on=terms.effective_on,
            tier_name=terms.tier_name,
            digest=terms_digest(terms),
            signature=signatures.get(terms.pk),
            signed_words=_signed_words(signatures.get(terms.pk)),
        )
        for terms in contract.terms.select_related("contract").order_by("-number")
    ]


def waiting_request(contract: Contract) -> SigningRequest | None:
    """Return what the customer was sent and has not answered yet."""
    rows = contract.signing_requests.filter(state=SigningState.WAITING)
    request: SigningRequest | None = rows.select_related("sent_by").first()
    return request


def waiting_for(viewer: Viewer) -> list[SigningRequest]:
    """Return what waits for the signature of one of a customer's people, the oldest first."""
    if not viewer.is_customer or not viewer.can(Capability.SIGN_CONTRACTS):
        return []
    rows = SigningRequest.objects.filter(
        customer_id=viewer.own_customer_id, state=SigningState.WAITING
    )
    return list(rows.order_by("pk"))


def last_refusal(contract: Contract) -> SigningRequest | None:
    """Return the newest request if it was declined and nothing was signed or amended since."""
    request: SigningRequest | None = (
        contract.signing_requests.select_related("answered_by").order_by("-pk").first()
    )
    if request is None or request.state != SigningState.DECLINED:
        return None
    is_old = contract.terms.filter(number__gte=request.terms["number"]).exists()
    return None if is_old else request


def make_paper(contract: Contract, version: int | None = None) -> MadePaper:
    """Return the PDF of a version, the newest without one. Raises Missing for one that is not."""
    if contract.signed_at is not None:
        return _signed_paper(contract, version)
    if version is not None:
        raise _missing(contract)
    if request := waiting_request(contract):
        return sent_paper(request)
    now = database_now()
    terms = terms_of(contract, Draft.from_dict(contract.draft or {}))
    status = contract.get_state_display().upper()
    document = agreement_of(contract, terms, now).document
    return MadePaper(
        f"{contract.number}-draft.pdf", typeset_agreement(document, at=now, status=status)
    )


def sent_paper(request: SigningRequest) -> MadePaper:
    """Return the very file that was sent to be signed."""
    path = path_of(request.pdf_sha256)
    # The same document at the same instant gives the same bytes: a lost file can be made again.
    data = (
        path.read_bytes()
        if path.is_file()
        else typeset_agreement(request.document, at=request.sent_at)
    )
    return MadePaper(f"{request}-to-sign.pdf", data)


def _signed_paper(contract: Contract, version: int | None) -> MadePaper:
    request = waiting_request(contract)
    if request is not None and request.terms["number"] == version:
        return sent_paper(request)
    rows = contract.terms.select_related("contract", "calendar").order_by("-number")
    terms = (rows if version is None else rows.filter(number=version)).first()
    if terms is None:
        raise _missing(contract)
    signature = (
        Signature.objects.filter(terms=terms).select_related("recorded_by", "signer").first()
    )
    zone = ZoneInfo(terms.calendar.newest().spec["tz"])
    if signature is not None:
        document, at = signature.document, signature.at
        record = signature_record(signature, zone)
    else:
        document, at = agreement_of(contract, terms, terms.created_at).document, terms.created_at
        # Who signed the contract did not sign what it was amended to.
        record = _old_record(contract, at, zone) if terms.number == 1 else []
    is_cancelled = contract.state == ContractState.CANCELLED
    status = contract.get_state_display().upper() if is_cancelled else ""
    data = typeset_agreement(document, at=at, status=status, record=record)
    return MadePaper(f"{contract.number}-version-{terms.number}.pdf", data)


def _old_record(contract: Contract, at: datetime, zone: ZoneInfo) -> list[tuple[str, str]]:
    signed = contract.signed_at or at
    return [
        ("Signed by", contract.signed_name or "–"),
        ("Written down", spell_day(signed.astimezone(zone).date())),
    ]


def _signed_words(signature: Signature | None) -> str:
    if signature is None:
        return ""
    role = f", {signature.role}" if signature.role else ""
    who = f"by {signature.name}{role} on {spell_day(signature.signed_on)}"
    if signature.no_scan_reason:
        return f"Signed {who}, as the provider was told: {signature.no_scan_reason}"
    how = "on paper" if signature.method == SignatureMethod.SCAN else "by typed name"
    return f"Signed {how} {who}"


def _missing(contract: Contract) -> Missing:
    return Missing(
        f"Contract {contract.number} has no such version.",
        remedy="Choose one on the page of the contract.",
    )
