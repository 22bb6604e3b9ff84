"""Labels of devices: made, and scanned."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import access_customer, needs, signed_in
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.models import Customer
from accounts.paging import keyset_page
from calcom_portal.common.downloads import PDF, download
from calcom_portal.common.pages import go, page
from contracts.access import access_device, row_number
from contracts.forms.labels import LABELS_A_PAGE, LabelForm
from contracts.label_sheets import SheetCode
from contracts.labels import label_sheets
from contracts.models import Device


@needs(Capability.SEE_ALL_CUSTOMERS)
@require_http_methods(["GET", "POST"])
def device_labels(request: ViewerRequest) -> HttpResponse:
    """Choose devices of `?customer=`, a page of them at a time, and a sheet; or take `?device=`.

    `?all=` chooses all of the page beforehand.
    """
    customer, rows = _asked(request)
    rows = rows.by_place().select_related("site")
    listed = keyset_page(request, rows, key="place", size=LABELS_A_PAGE)
    is_chosen = "device" in request.GET or "all" in request.GET
    initial = {"devices": [str(row.pk) for row in listed.rows] if is_chosen else []}
    posted = request.POST if request.method == "POST" else None
    form = LabelForm(posted, offered=listed.rows, initial=initial)
    if request.method == "POST" and form.is_valid():
        return download(_pdf(request, form), name="device-labels.pdf", media_type=PDF)
    context = {"form": form, "customer": customer, "pager": listed.pager}
    status = 422 if form.errors else 200
    return page(request, "contracts/device_labels.html", context, status=status)


@signed_in
@require_GET
def device_scan(request: ViewerRequest, id: int) -> HttpResponse:
    """Open "report a problem" for the device that stands where the label is stuck."""
    found = access_device(request.viewer, id)
    if found.retired_on and (newer := Device.objects.filter(replaces=found).first()):
        return go(request, reverse("device_scan", args=[newer.pk]))
    if found.retired_on or not request.viewer.can(Capability.OPEN_TICKETS):
        return go(request, reverse("device", args=[found.pk]))
    query = {"device": found.pk} | (
        {} if request.viewer.is_customer else {"customer": found.customer_id}
    )
    return go(request, f"{reverse('report')}?{urlencode(query)}")


def _asked(request: ViewerRequest) -> tuple[Customer, Any]:
    rows = Device.objects.in_service()
    if asked := request.GET.get("device", ""):
        device = access_device(request.viewer, row_number(asked))
        return device.customer, rows.filter(pk=device.pk)
    customer = access_customer(request.viewer, row_number(request.GET.get("customer", "")))
    return customer, rows.filter(customer=customer)


def _pdf(request: ViewerRequest, form: LabelForm) -> bytes:
    return label_sheets(
        form.chosen(),
        sheet=SheetCode(form.cleaned_data["sheet"]),
        start=form.cleaned_data["start"] - 1,
        provider=request.viewer.provider_name,
        phone=request.viewer.provider_phone,
    )
