"""The provider's own page: its letterhead."""

from __future__ import annotations

from dataclasses import asdict

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import needs
from accounts.actions import change_company, change_logo
from accounts.capabilities import Capability
from accounts.forms_companies import CompanyForm
from accounts.letterhead import Letterhead
from accounts.logos import PNG
from accounts.middleware import ViewerRequest
from accounts.models import Provider
from calcom_portal.common.downloads import download_stored
from calcom_portal.common.errors import BadInput, Missing
from calcom_portal.common.files import IncomingFile
from calcom_portal.common.pages import go, page


@require_http_methods(["GET", "POST"])
@needs(Capability.MANAGE_COMPANY)
def company(request: ViewerRequest) -> HttpResponse:
    """Show and change the letterhead."""
    provider = Provider.objects.get(pk=request.viewer.provider_id)
    form = CompanyForm(
        request.POST or None,
        request.FILES or None,
        initial=asdict(Letterhead.of(provider)),
        has_logo=bool(provider.logo_sha256),
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _saved(request, form)
        except BadInput as error:
            form.add_error(error.field, f"{error.message} {error.remedy}")
    context = {"form": form, "provider": provider}
    return page(request, "accounts/company.html", context, status=422 if form.errors else 200)


@require_GET
@needs(Capability.MANAGE_COMPANY)
def logo(request: ViewerRequest) -> HttpResponse:
    """Show the logo that documents carry."""
    sha256 = Provider.objects.get(pk=request.viewer.provider_id).logo_sha256
    if not sha256:
        raise Missing("There is no logo.", remedy="Choose one on the page of the company.")
    return download_stored(name="logo.png", media_type=PNG, sha256=sha256)


def _saved(request: ViewerRequest, form: CompanyForm) -> HttpResponse:
    if picture := form.cleaned_data["logo"]:
        change_logo(picture=IncomingFile.of(picture), actor=request.viewer)
    elif form.cleaned_data.get("without_logo"):
        change_logo(picture=None, actor=request.viewer)
    change_company(letterhead=form.letterhead(), actor=request.viewer)
    messages.success(request, "The letterhead is saved.")
    return go(request, reverse("company"))
