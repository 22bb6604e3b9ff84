"""What a provider's administrators see of its plan, and how they take everything out."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.access import needs
from accounts.audit import record
from accounts.capabilities import Capability
from accounts.jobs import start_job
from accounts.middleware import ViewerRequest
from accounts.models import Provider
from accounts.provider_job import KIND
from accounts.room import usage_of
from calcom_portal.common.pages import go, page


@require_GET
@needs(Capability.MANAGE_COMPANY)
def usage(request: ViewerRequest) -> HttpResponse:
    """Show the plan, what of it is used, and the way out."""
    provider = Provider.objects.get(pk=request.viewer.provider_id)
    context = {"provider": provider, "usage": usage_of(provider)}
    return page(request, "accounts/provider.html", context)


@require_POST
@needs(Capability.MANAGE_COMPANY)
def take_out(request: ViewerRequest) -> HttpResponse:
    """Start the archive of everything."""
    viewer = request.viewer
    job = start_job(
        kind=KIND, title=f"All data of {viewer.provider_name}", arguments={}, actor=viewer
    )
    record(viewer, "provider.taken_out", viewer.provider_name, job=job.pk)
    return go(request, reverse("job", args=[job.pk]))
