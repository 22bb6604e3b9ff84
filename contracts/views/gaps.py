"""Devices that are cared for by halves."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.pages import page
from calcom_portal.common.parts import Pager
from calcom_portal.common.tenancy import database_now
from contracts.days import today_of_provider
from contracts.gap_list import gap_page
from contracts.gaps import GapKind
from contracts.models import Device
from contracts.views.lists import Narrowed

KINDS = {kind.value: kind for kind in GapKind}


@needs(Capability.SEE_ALL_CUSTOMERS)
@require_GET
def gaps(request: ViewerRequest) -> HttpResponse:
    """List devices with gaps within a year, of one customer or all."""
    narrowed = Narrowed.of(request)
    kind = KINDS.get(request.GET.get("kind", ""))
    today = today_of_provider(request.viewer.provider_id, database_now())
    devices = narrowed.apply(Device.objects.named_like(narrowed.q))
    found = gap_page(devices, today, kind=kind, after=request.GET.get("after", ""))
    context = {
        "rows": found.rows,
        "pager": _pager(request, found.after),
        "today": today,
        "kind": kind,
        "kinds": list(GapKind),
        **narrowed.context,
    }
    return page(request, "contracts/gaps.html", context)


def _pager(request: ViewerRequest, after: int | None) -> Pager:
    query = request.GET.copy()
    query["after"] = str(after)
    return Pager("", f"{request.path}?{query.urlencode()}" if after else "", "")
