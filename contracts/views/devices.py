"""Installed products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.paging import keyset_page
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from calcom_portal.common.pages import go, page
from calcom_portal.common.parts import Cover, Pager
from calcom_portal.common.tenancy import database_now
from contracts.access import access_device
from contracts.actions import DeviceFacts, create_device, edit_device, retire_device
from contracts.days import today_at_site
from contracts.device_page import life_of
from contracts.device_parts import Light, lights_of, parts_of
from contracts.forms.fields import show_problem
from contracts.forms.places import DEVICE_FACTS, DeviceForm, RetireForm
from contracts.history import history_of
from contracts.in_force import CoverInForce, cover_of_device, covers_in_force
from contracts.models import Device
from contracts.views.lists import Narrowed
from contracts.views.once import done_once

CHANGE = Capability.MANAGE_DEVICES


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device with what covers it today (None: nothing does), and its state (None: unknown)."""

    device: Device
    cover: CoverInForce | None
    light: Light | None


def device_rows(
    viewer: Viewer, devices: Sequence[Device], covers: Sequence[CoverInForce]
) -> list[DeviceRow]:
    """Put devices beside their cover and their state."""
    lights = lights_of(viewer, [device.pk for device in devices])
    return [
        DeviceRow(device, cover_of_device(device, covers), lights.get(device.pk))
        for device in devices
    ]


@needs(Capability.SEE_ALL_CUSTOMERS)
@require_GET
def devices(request: ViewerRequest) -> HttpResponse:
    """List and search the devices of all customers; those in service unless asked otherwise."""
    narrowed = Narrowed.of(request)
    shows_retired = request.GET.get("retired") == "1"
    rows = Device.objects.named_like(narrowed.q).by_name().select_related("site", "customer")
    rows = rows.filter(retired_on__isnull=not shows_retired)
    listed = keyset_page(request, narrowed.apply(rows), key="sort_name")
    covers = covers_in_force({device.customer_id for device in listed.rows}, database_now())
    context = {
        "rows": device_rows(request.viewer, listed.rows, covers),
        "pager": listed.pager,
        "shows_retired": shows_retired,
        "can_change": request.viewer.can(CHANGE),
        "can_import": request.viewer.can(Capability.MANAGE_CONTRACTS),
        **narrowed.context,
    }
    return page(request, "contracts/devices.html", context)


@needs(Capability.SEE_CONTRACTS)
@require_GET
def device(request: ViewerRequest, id: int) -> HttpResponse:
    """Show one device: what it is, where it is, whether it is covered."""
    found = access_device(request.viewer, id)
    cover = cover_of_device(found, covers_in_force([found.customer_id], database_now()))
    viewer, in_service = request.viewer, not found.retired_on
    context = {
        "device": found,
        "cover": cover_in_words(cover),
        "can_change": viewer.can(CHANGE),
        "can_swap": viewer.can(Capability.SWAP_DEVICES) and in_service,
        "can_change_warranty": viewer.can(Capability.MANAGE_CONTRACTS),
        "can_report": viewer.can(Capability.OPEN_TICKETS) and in_service,
        "parts": parts_of(viewer, found),
        **life_of(viewer, found, today_at_site(found.site, database_now())),
    }
    return page(request, "contracts/device.html", context)


@needs(Capability.SEE_CONTRACTS)
@require_GET
def device_history(request: ViewerRequest, id: int) -> HttpResponse:
    """Show what happened to a device, the newest first."""
    found = access_device(request.viewer, id)
    history = history_of(request.viewer, found, request.GET.get("older", ""))
    pager = Pager("", f"?{urlencode({'older': history.older})}" if history.older else "", "")
    context = {"device": found, "history": history, "pager": pager}
    return page(request, "contracts/device_history.html", context)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def device_new(request: ViewerRequest) -> HttpResponse:
    """Write down an installed product."""
    form = DeviceForm(request.POST or None, initial={"site": request.GET.get("site")})
    if request.method == "POST" and form.is_valid():
        try:
            return done_once(request, "device_new", form, lambda: _create(request, form))
        except BadInput as error:
            show_problem(form, error)
    status = 422 if form.errors else 200
    return page(request, "contracts/device_form.html", {"form": form}, status=status)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def device_edit(request: ViewerRequest, id: int) -> HttpResponse:
    """Correct what is known about a device."""
    found = access_device(request.viewer, id)
    form = DeviceForm(request.POST or None, device=found)
    if request.method == "POST" and form.is_valid():
        try:
            edit_device(device=found, facts=_facts(form), actor=request.viewer)
            messages.success(request, f"{form.cleaned_data['name']} is saved.")
            return go(request, reverse("device", args=[found.pk]))
        except BadInput as error:
            show_problem(form, error)
    context = {"form": form, "device": found}
    status = 422 if form.errors else 200
    return page(request, "contracts/device_form.html", context, status=status)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def device_retire(request: ViewerRequest, id: int) -> HttpResponse:
    """Take a device out of service."""
    found = access_device(request.viewer, id)
    today = database_now().date()
    form = RetireForm(request.POST or None, initial={"retired_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            day = form.cleaned_data["retired_on"]
            retire_device(device=found, retired_on=day, actor=request.viewer)
            messages.success(request, f"{found} is out of service. Its history stays.")
            return go(request, reverse("device", args=[found.pk]))
        except BadInput as error:
            show_problem(form, error)
    context = {"form": form, "device": found}
    status = 422 if form.errors else 200
    return page(request, "contracts/device_retire.html", context, status=status)


def cover_in_words(cover: CoverInForce | None) -> Cover:
    """Say whether a device is covered, for the shared part."""
    if cover is None:
        return Cover("none", "Not covered", "No contract in force covers this. Work is billable.")
    text = f"Contract {cover.contract_number}."
    if cover.is_without_promise:
        text = f"{text} It has no promised response time."
    return Cover("yes", cover.words, text)


def _create(request: ViewerRequest, form: DeviceForm) -> str:
    made = create_device(site=form.cleaned_data["site"], facts=_facts(form), actor=request.viewer)
    messages.success(request, f"{made} is written down.")
    return reverse("device", args=[made.pk])


def _facts(form: DeviceForm) -> DeviceFacts:
    return DeviceFacts(**{name: form.cleaned_data[name] for name in DEVICE_FACTS})
