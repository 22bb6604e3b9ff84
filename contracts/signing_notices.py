"""What is told about signatures: the kinds, the words, and to whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from accounts.capabilities import Role
from accounts.models import Membership
from accounts.viewer import Viewer
from contracts.models import Contract, SigningRequest
from notifications.kinds import Audience, NoticeKind
from notifications.outbox import NoticeDraft, queue_notices

GROUP = "Contracts"


def _kind(code: str, title: str, audience: Audience, *, mutable: bool = True) -> NoticeKind:
    template = f"contracts/mail/{code}"
    return NoticeKind(code, title, GROUP, template, mutable=mutable, audience=audience)


TO_SIGN = _kind(
    "contract_to_sign", "A contract waits for your signature", Audience.CUSTOMERS, mutable=False
)
SIGNED = _kind("contract_signed", "A contract was signed", Audience.EVERYONE)
DECLINED = _kind("contract_declined", "A contract was not signed", Audience.STAFF)
WITHDRAWN = _kind("contract_withdrawn", "A contract was taken back", Audience.CUSTOMERS)
SIGNING_KINDS = (TO_SIGN, SIGNED, DECLINED, WITHDRAWN)


def signers_of(customer_id: int) -> list[int]:
    """Return who may sign for a customer: its active administrators, by membership."""
    rows = Membership.objects.filter(
        customer_id=customer_id, role=Role.CUSTOMER_ADMIN, is_active=True
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))


def tell_to_sign(contract: Contract, request: SigningRequest, actor: Viewer) -> None:
    """Ask the customer's administrators to read and sign."""
    url = reverse("our_signing", args=[request.pk])
    words = {"note": request.note, "url": url, "url_label": "Read and sign"}
    _tell(TO_SIGN, signers_of(contract.customer_id), request, actor, words)


def tell_withdrawn(contract: Contract, request: SigningRequest, actor: Viewer) -> None:
    """Tell them that there is nothing to sign any more."""
    _tell(WITHDRAWN, signers_of(contract.customer_id), request, actor, {})


def tell_signed(contract: Contract, request: SigningRequest, actor: Viewer) -> None:
    """Tell both sides that the contract is signed, with the way to the paper.

    Of an amendment the step itself tells them what changed.
    """
    if request.amendment is not None:
        return
    signed = {"signed_name": contract.signed_name}
    theirs = {**signed, "url": reverse("our_contract"), "url_label": "Open our contract"}
    _tell(SIGNED, signers_of(contract.customer_id), request, actor, theirs)
    _tell(SIGNED, _desk(request), request, actor, {**signed, **_page(contract)})


def tell_declined(contract: Contract, request: SigningRequest, actor: Viewer) -> None:
    """Tell the provider that it comes back unsigned, and why."""
    words = {"reason": request.reason, **_page(contract)}
    _tell(DECLINED, _desk(request), request, actor, words)


def _desk(request: SigningRequest) -> list[int]:
    rows = Membership.objects.filter(
        customer__isnull=True, role=Role.PROVIDER_ADMIN, is_active=True
    )
    people = set(rows.values_list("pk", flat=True))
    return sorted(people | ({request.sent_by_id} if request.sent_by_id else set()))


def _page(contract: Contract) -> dict[str, str]:
    url = reverse("contract", args=[contract.pk])
    return {"url": url, "url_label": f"Open contract {contract.number}"}


def _tell(
    kind: NoticeKind,
    people: Iterable[int],
    request: SigningRequest,
    actor: Viewer,
    words: dict[str, Any],
) -> None:
    document = request.document
    payload = {
        "actor": actor.name,
        "number": document["number"],
        "tier": document["tier"],
        "customer": document["customer"],
        "starts_on": document["starts_on"],
        "changes": list((request.amendment or {}).get("sentences", ())),
        **words,
    }
    queue_notices(
        request.provider_id,
        [
            NoticeDraft(
                recipient_id=person,
                customer_id=request.customer_id,
                kind=kind.code,
                subject_ref=str(document["number"]),
                payload=payload,
                event_key=f"{kind.code}:{request.pk}",
            )
            for person in people
            if person != actor.membership_id
        ],
    )
