"""One check: how it stands, how it did, what it went through."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.pages import page
from monitoring.access import access_check
from monitoring.check_page import present_check
from monitoring.ways import HEARTBEAT


@needs(Capability.SEE_MONITORING)
@require_GET
def check(request: ViewerRequest, id: int) -> HttpResponse:
    """Show one check."""
    found = access_check(request.viewer, id)
    context = present_check(found)
    context["is_reporting"] = found.kind == HEARTBEAT
    context["can_manage"] = request.viewer.can(Capability.MANAGE_MONITORING)
    return page(request, "monitoring/check.html", context)
