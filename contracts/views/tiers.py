"""The catalogue: tiers and their clauses, to read."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.pages import page
from calcom_portal.common.tenancy import database_now
from contracts.access import access_tier
from contracts.catalogue_page import clause_table, tier_in_words
from contracts.models import Tier

SEE = Capability.SEE_ALL_CUSTOMERS


@needs(SEE)
@require_GET
def tiers(request: ViewerRequest) -> HttpResponse:
    """Show what each tier includes, clause by clause."""
    offered = list(Tier.objects.order_by("position"))
    context = {"tiers": offered, "rows": clause_table(offered)}
    return page(request, "contracts/tiers.html", context)


@needs(SEE)
@require_GET
def tier(request: ViewerRequest, id: int) -> HttpResponse:
    """Show one tier in the words that are signed."""
    found = access_tier(request.viewer, id)
    context = {"tier": found, "told": tier_in_words(found, database_now())}
    return page(request, "contracts/tier.html", context)
