"""What the tests of agreements and signatures share."""

from __future__ import annotations

import io
import uuid
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader

from contracts.actions import ContractWish, Draft, Evidence, create_contract, send_for_signature
from contracts.models import Calendar, Contract, SigningRequest, Tier
from contracts.sla import Promise
from tests.cast import Cast
from tests.stage import acting

TOLD = Evidence(no_scan_reason="The paper was lost.")
PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def drafted(cast: Cast, tier: str = "TIER2", **changes: Any) -> Contract:
    """Draft a contract with Bayview from 2027 on."""
    with acting(cast.ruth):
        targets = Promise.from_dict(Tier.objects.get(code=tier).promise).targets
        options = changes.pop("options", ())
        draft = Draft(tier, Calendar.objects.get(is_default=True).pk, targets, options)
        wish = ContractWish(date(2027, 1, 1), date(2029, 12, 31), draft, **changes)
        return create_contract(customer=cast.sutter, wish=wish, actor=cast.ruth)


def sent(cast: Cast, note: str = "", **changes: Any) -> SigningRequest:
    """Send one to be signed."""
    contract = drafted(cast, **changes)
    with acting(cast.ruth):
        return send_for_signature(contract=contract, note=note, actor=cast.ruth)


def text_of(data: bytes) -> str:
    """Return the text of every page of a PDF."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def flat(text: str) -> str:
    """Return text without its line breaks."""
    return " ".join(text.split())


def scan(name: str = "signed.pdf", data: bytes = PDF) -> SimpleUploadedFile:
    """Return an upload."""
    return SimpleUploadedFile(name, data, content_type="application/octet-stream")


def key() -> str:
    """Return a submission key."""
    return str(uuid.uuid4())
