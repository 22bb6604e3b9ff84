"""What a customer's people see of their own: systems and contract, in plain words."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.paging import keyset_page
from calcom_portal.common.errors import Missing
from calcom_portal.common.pages import page
from calcom_portal.common.tenancy import database_now
from contracts.in_force import covers_in_force
from contracts.models import Device
from contracts.our_contract_page import our_contracts
from contracts.papers import waiting_for
from contracts.views.devices import device_rows


@needs(Capability.SEE_CONTRACTS)
@require_GET
def our_systems(request: ViewerRequest) -> HttpResponse:
    """List what is installed, site by site."""
    customer_id = _own_customer(request)
    rows = Device.objects.in_service().filter(customer_id=customer_id).by_place()
    listed = keyset_page(request, rows.select_related("site"), key="place")
    covers = covers_in_force([customer_id], database_now())
    shown = device_rows(request.viewer, listed.rows, covers)
    by_site = groupby(shown, key=lambda row: row.device.site)
    context = {"sites": [(site, list(here)) for site, here in by_site], "pager": listed.pager}
    return page(request, "contracts/our_systems.html", context)


@needs(Capability.SEE_CONTRACTS)
@require_GET
def our_contract(request: ViewerRequest) -> HttpResponse:
    """Say what is promised, in plain words."""
    customer_id = _own_customer(request)
    context = {
        "contracts": our_contracts(customer_id, database_now()),
        "to_sign": waiting_for(request.viewer),
    }
    return page(request, "contracts/our_contract.html", context)


def _own_customer(request: ViewerRequest) -> int:
    if request.viewer.customer_id is None:
        raise Missing(
            "This page is for customers' people.", remedy="Look at Contracts or Devices instead."
        )
    return request.viewer.customer_id
