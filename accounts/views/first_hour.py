"""The first hour: a list that leads to the real pages, and can be left at any time."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.access import needs
from accounts.actions.mark_first_hour import mark_first_hour
from accounts.capabilities import Capability
from accounts.first_hour import first_hour_of
from accounts.middleware import ViewerRequest
from accounts.models import Provider
from calcom_portal.common.pages import go, page


@require_GET
@needs(Capability.MANAGE_COMPANY)
def first_hour(request: ViewerRequest) -> HttpResponse:
    """Show what is done and what comes next."""
    provider = Provider.objects.get(pk=request.viewer.provider_id)
    context = {"provider": provider, "hour": first_hour_of(provider)}
    return page(request, "accounts/first_hour/page.html", context)


@require_POST
@needs(Capability.MANAGE_COMPANY)
def skip(request: ViewerRequest, code: str) -> HttpResponse:
    """Leave a step out."""
    mark_first_hour(skip=code, actor=request.viewer)
    return go(request, reverse("first_hour"))


@require_POST
@needs(Capability.MANAGE_COMPANY)
def dismiss(request: ViewerRequest) -> HttpResponse:
    """Leave the first hour for good."""
    mark_first_hour(actor=request.viewer)
    return go(request, "/")
