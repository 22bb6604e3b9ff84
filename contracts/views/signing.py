"""Papers and signatures, on the provider's side; the papers for the customer too."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.downloads import PDF, download, download_stored
from calcom_portal.common.errors import BadInput
from calcom_portal.common.pages import go, page, page_or_part
from calcom_portal.common.parts import Cover
from calcom_portal.common.tenancy import database_now
from contracts.access import access_contract, access_paper, access_scan
from contracts.actions import (
    send_for_signature,
    sign_contract,
    withdraw_from_signature,
)
from contracts.contract_page import contract_in_words
from contracts.evidence import evidence_of
from contracts.forms.fields import show_problem
from contracts.forms.signing import RecordForm, SendForm
from contracts.models import ContractState
from contracts.papers import make_paper, waiting_request
from contracts.views.once import done_once

SEE, CHANGE = Capability.SEE_CONTRACTS, Capability.MANAGE_CONTRACTS


@needs(SEE)
@require_GET
def contract_agreement(request: ViewerRequest, id: int, version: int | None = None) -> HttpResponse:
    """The agreement as PDF: the newest version, or another."""
    paper = make_paper(access_paper(request.viewer, id), version)
    return download(paper.data, name=paper.name, media_type=PDF)


@needs(SEE)
@require_GET
def contract_scan(request: ViewerRequest, id: int, version: int) -> HttpResponse:
    """The scan of a version that was signed on paper."""
    found = access_scan(request.viewer, id, version)
    return download_stored(
        name=found.scan_name, media_type=found.scan_media_type, sha256=found.scan_sha256
    )


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def contract_send(request: ViewerRequest, id: int) -> HttpResponse:
    """Show what will be sent to whom, then send it."""
    found = access_contract(request.viewer, id)
    form = SendForm(request.POST or None)
    back = reverse("contract", args=[found.pk])

    def act() -> str:
        send_for_signature(contract=found, note=form.cleaned_data["note"], actor=request.viewer)
        messages.success(request, f"Contract {found} is sent. It waits for the signature.")
        return back

    if request.method == "POST" and form.is_valid():
        try:
            return done_once(request, "contract_send", form, act)
        except BadInput as error:
            show_problem(form, error)
    if found.state != ContractState.DRAFT:
        return go(request, back)
    context = {"form": form, "told": contract_in_words(found, database_now())}
    status = 422 if form.errors else 200
    return page(request, "contracts/contract_send.html", context, status=status)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def contract_withdraw(request: ViewerRequest, id: int) -> HttpResponse:
    """Ask, then take back what waits for a signature."""
    found = access_contract(request.viewer, id)
    back = reverse("contract", args=[found.pk])
    if request.method == "POST":
        withdraw_from_signature(contract=found, actor=request.viewer)
        messages.success(request, f"What was sent of contract {found} is taken back.")
        return go(request, back)
    is_draft = found.state == ContractState.SENT
    context = {
        "title": f"Take {found} back" if is_draft else f"Take the amendment of {found} back",
        "cover": Cover(
            "hold",
            "It becomes a draft again" if is_draft else "The contract stays as it is",
            "The customer is told that it need not sign.",
        ),
        "action_url": request.path,
        "confirm_label": "Take it back",
        "cancel_url": back,
    }
    return page_or_part(request, "accounts/confirm.html", "_shared/_confirm.html", context)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def contract_sign(request: ViewerRequest, id: int) -> HttpResponse:
    """Write down a signature that was given on paper, and what it does."""
    found = access_contract(request.viewer, id)
    form = RecordForm(request.POST or None, request.FILES or None)
    back = reverse("contract", args=[found.pk])

    def act() -> str:
        data = form.cleaned_data
        evidence = evidence_of(request, data["role"], signed_on=data["signed_on"])
        sign_contract(
            contract=found,
            name=data["name"],
            evidence=replace(evidence, scan=data["scan"], no_scan_reason=data["no_scan_reason"]),
            actor=request.viewer,
        )
        messages.success(request, f"Contract {found} is signed.")
        return back

    if request.method == "POST" and form.is_valid():
        try:
            return done_once(request, "contract_sign", form, act)
        except BadInput as error:
            show_problem(form, error, {"files": "scan"})
    waiting = waiting_request(found)
    if waiting is None and found.state != ContractState.DRAFT:
        return go(request, back)
    told = contract_in_words(found, database_now())
    context = {"form": form, "told": told, "waiting": waiting}
    status = 422 if form.errors else 200
    return page(request, "contracts/contract_sign.html", context, status=status)
