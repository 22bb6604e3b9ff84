"""What a customer's administrators sign, or send back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.downloads import PDF, download
from calcom_portal.common.errors import BadInput
from calcom_portal.common.pages import go, page
from contracts.access import access_signing
from contracts.actions import decline_agreement, sign_agreement
from contracts.evidence import evidence_of
from contracts.forms.fields import show_problem
from contracts.forms.signing import AgreementForm, DeclineForm
from contracts.models import SigningRequest, SigningState
from contracts.papers import sent_paper
from contracts.views.once import done_once

SIGN = Capability.SIGN_CONTRACTS
OTHER_TERMS = "These are not the terms that this page shows now: read them again, then sign."


@needs(SIGN)
@require_http_methods(["GET", "POST"])
def our_signing(request: ViewerRequest, request_id: int) -> HttpResponse:
    """Show what is to be signed in plain words, and take the signature."""
    wanted = access_signing(request.viewer, request_id)
    form = AgreementForm(request.POST or None, initial={"digest": wanted.terms_sha256})

    def act() -> str:
        data = form.cleaned_data
        evidence = evidence_of(request, data["role"])
        made = sign_agreement(
            request=wanted, name=data["name"], evidence=evidence, actor=request.viewer
        )
        messages.success(request, f"Thank you. Contract {made} is signed.")
        return reverse("our_contract")

    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["digest"] != wanted.terms_sha256:
                raise BadInput(OTHER_TERMS, field="consent")
            return done_once(request, "our_signing", form, act)
        except BadInput as error:
            show_problem(form, error)
    if wanted.state != SigningState.WAITING:
        return _answered(request, wanted)
    context = {"form": form, "wanted": wanted, "document": wanted.document}
    status = 422 if form.errors else 200
    return page(request, "contracts/our_signing.html", context, status=status)


@needs(SIGN)
@require_http_methods(["GET", "POST"])
def our_signing_decline(request: ViewerRequest, request_id: int) -> HttpResponse:
    """Send it back with a reason."""
    wanted = access_signing(request.viewer, request_id)
    form = DeclineForm(request.POST or None)

    def act() -> str:
        reason = form.cleaned_data["reason"]
        decline_agreement(request=wanted, reason=reason, actor=request.viewer)
        messages.success(request, f"Contract {wanted} went back unsigned, with your words.")
        return reverse("our_contract")

    if request.method == "POST" and form.is_valid():
        try:
            return done_once(request, "our_signing_decline", form, act)
        except BadInput as error:
            show_problem(form, error)
    if wanted.state != SigningState.WAITING:
        return _answered(request, wanted)
    context = {"form": form, "wanted": wanted, "document": wanted.document}
    status = 422 if form.errors else 200
    return page(request, "contracts/our_signing_decline.html", context, status=status)


@needs(SIGN)
@require_GET
def our_signing_agreement(request: ViewerRequest, request_id: int) -> HttpResponse:
    """The very PDF that is to be signed."""
    paper = sent_paper(access_signing(request.viewer, request_id))
    return download(paper.data, name=paper.name, media_type=PDF)


def _answered(request: ViewerRequest, wanted: SigningRequest) -> HttpResponse:
    said = wanted.get_state_display().lower()
    messages.info(request, f"Contract {wanted} does not wait for you: it is {said}.")
    return go(request, reverse("our_contract"))
