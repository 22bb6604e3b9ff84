"""A broken device is replaced."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.pages import page
from calcom_portal.common.tenancy import database_now
from contracts.access import access_device
from contracts.actions import swap_device
from contracts.days import today_at_site
from contracts.forms.fields import show_problem
from contracts.forms.goods import SwapForm
from contracts.in_force import cover_of_device, covers_in_force
from contracts.models import Device
from contracts.swapping import open_for
from contracts.views.once import done_once
from contracts.warranties import warranty_on


@needs(Capability.SWAP_DEVICES)
@require_http_methods(["GET", "POST"])
def device_swap(request: ViewerRequest, id: int) -> HttpResponse:
    """Say what goes over to the new device, then swap."""
    found = access_device(request.viewer, id)
    today = today_at_site(found.site, database_now())
    sent = request.POST if request.method == "POST" else None
    form = SwapForm(sent, device=found, initial={"swapped_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            return done_once(request, "device_swap", form, lambda: _swap(request, found, form))
        except BadInput as error:
            show_problem(form, error)
    if request.method == "GET" and found.retired_on is not None:
        raise RuleBroken(f"{found} is out of service.", remedy="Swap the device that stands there.")
    context = {
        "form": form,
        "device": found,
        "open_tickets": open_for(found),
        "warranty": warranty_on(found.pk, today),
        "cover": cover_of_device(found, covers_in_force([found.customer_id], database_now())),
    }
    status = 422 if form.errors else 200
    return page(request, "contracts/device_swap.html", context, status=status)


def _swap(request: ViewerRequest, device: Device, form: SwapForm) -> str:
    made = swap_device(device=device, swap=form.swap(), actor=request.viewer)
    messages.success(request, f"{made} ({made.serial}) stands in its place now.")
    return reverse("device", args=[made.pk])
