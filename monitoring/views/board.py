"""The monitoring board: how all equipment stands, and what needs somebody."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.pages import page


@needs(Capability.SEE_MONITORING)
@require_GET
def monitoring(request: ViewerRequest) -> HttpResponse:
    """Show the board."""
    return page(request, "monitoring/board.html", {})
