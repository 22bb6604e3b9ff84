"""The customers' own page of backups."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.errors import Missing
from calcom_portal.common.pages import page
from upkeep.presenters.customer import our_backups_page


@needs(Capability.SEE_CONTRACTS)
@require_GET
def our_backups(request: ViewerRequest) -> HttpResponse:
    """When the customer's systems were backed up last, and where that was left out."""
    if not request.viewer.is_customer:
        raise Missing("This page is a customer's.", remedy="Look at the board of backups.")
    return page(request, "upkeep/backups/ours.html", our_backups_page(request.viewer))
