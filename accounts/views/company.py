"""The provider's own page: its letterhead."""

from __future__ import annotations

from dataclasses import asdict

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import needs
from accounts.actions import change_company
from accounts.capabilities import Capability
from accounts.forms import CompanyForm
from accounts.letterhead import Letterhead
from accounts.middleware import ViewerRequest
from accounts.models import Provider
from calcom_portal.common.pages import go, page


@require_http_methods(["GET", "POST"])
@needs(Capability.MANAGE_COMPANY)
def company(request: ViewerRequest) -> HttpResponse:
    """Show and change the letterhead."""
    provider = Provider.objects.get(pk=request.viewer.provider_id)
    form = CompanyForm(request.POST or None, initial=asdict(Letterhead.of(provider)))
    if request.method == "POST" and form.is_valid():
        change_company(letterhead=Letterhead(**form.cleaned_data), actor=request.viewer)
        messages.success(request, "The letterhead is saved.")
        return go(request, reverse("company"))
    context = {"form": form, "provider": provider}
    return page(request, "accounts/company.html", context, status=422 if form.errors else 200)
