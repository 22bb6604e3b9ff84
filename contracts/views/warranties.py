"""Warranty lists: all lines, and one line added, changed, taken off."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import access_customer, needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.models import Customer
from accounts.paging import keyset_page
from calcom_portal.common.errors import BadInput
from calcom_portal.common.pages import go, page
from calcom_portal.common.tenancy import database_now
from contracts.access import access_contract, access_device, access_warranty, row_number
from contracts.actions import add_warranty, edit_warranty, remove_warranty, set_expiry_days
from contracts.days import SOON, today_of_provider
from contracts.expiry_sweep import expiry_days
from contracts.forms.contracts import NothingForm
from contracts.forms.fields import show_problem
from contracts.forms.goods import ExpiryForm, WarrantyDaysForm, WarrantyForm
from contracts.models import WarrantyItem
from contracts.views.lists import Narrowed
from contracts.views.once import done_once

SEE, CHANGE = Capability.SEE_ALL_CUSTOMERS, Capability.MANAGE_CONTRACTS
SHOWS = (
    ("", "Now and to come"),
    ("soon", "Ending within 90 days"),
    ("over", "Over"),
    ("all", "All"),
)


@needs(SEE)
@require_GET
def warranties(request: ViewerRequest) -> HttpResponse:
    """List the lines of all lists, those that end first at the top."""
    narrowed = Narrowed.of(request)
    today = today_of_provider(request.viewer.provider_id, database_now())
    asked = request.GET.get("show", "")
    show = asked if asked in dict(SHOWS) else ""
    rows: QuerySet[Any] = WarrantyItem.objects.named_like(narrowed.q).select_related(
        "device__site", "customer", "contract"
    )
    rows = _shown(narrowed.apply(rows), show, today)
    if contract := request.GET.get("contract", ""):
        rows = rows.filter(contract=access_contract(request.viewer, row_number(contract)))
    listed = keyset_page(request, rows, key="ends_on")
    context = {
        "rows": listed.rows,
        "pager": listed.pager,
        "today": today,
        "soon": today + SOON,
        "show": show,
        "shows": SHOWS,
        "can_change": request.viewer.can(CHANGE),
        **narrowed.context,
    }
    return page(request, "contracts/warranties.html", context)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def warranty_new(request: ViewerRequest) -> HttpResponse:
    """Put a device on a warranty list: `?device=` or `?contract=` says whose."""
    customer, initial, back = _wanted(request)
    sent = request.POST if request.method == "POST" else None
    form = WarrantyForm(sent, customer=customer, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            return done_once(request, "warranty_new", form, lambda: _add(request, form, back))
        except BadInput as error:
            show_problem(form, error)
    context = {"form": form, "customer": customer, "back": back}
    status = 422 if form.errors else 200
    return page(request, "contracts/warranty_form.html", context, status=status)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def warranty_edit(request: ViewerRequest, id: int) -> HttpResponse:
    """Change a line."""
    found = access_warranty(request.viewer, id)
    initial = {name: getattr(found, name) for name in ("starts_on", "ends_on", "note")}
    form = WarrantyDaysForm(request.POST if request.method == "POST" else None, initial=initial)
    back = reverse("device", args=[found.device_id])
    if request.method == "POST" and form.is_valid():
        try:
            edit_warranty(item=found, facts=form.facts(), actor=request.viewer)
            messages.success(request, f"The warranty of {found.device} is saved.")
            return go(request, back)
        except BadInput as error:
            show_problem(form, error)
    context = {"form": form, "item": found, "customer": found.customer, "back": back}
    status = 422 if form.errors else 200
    return page(request, "contracts/warranty_form.html", context, status=status)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def warranty_remove(request: ViewerRequest, id: int) -> HttpResponse:
    """Ask, then take a line off."""
    found = access_warranty(request.viewer, id)
    if request.method == "POST":
        remove_warranty(item=found, actor=request.viewer)
        messages.success(request, f"{found.device} is off the list.")
        return go(request, reverse("device", args=[found.device_id]))
    context = {"form": NothingForm(), "item": found}
    return page(request, "contracts/warranty_remove.html", context)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def expiry_settings(request: ViewerRequest) -> HttpResponse:
    """Say how early ends are told."""
    days = expiry_days(request.viewer.provider_id)
    sent = request.POST if request.method == "POST" else None
    form = ExpiryForm(sent, initial={"days": ", ".join(str(day) for day in days)})
    if request.method == "POST" and form.is_valid():
        try:
            set_expiry_days(days=form.cleaned_data["days"], actor=request.viewer)
            messages.success(request, "The warnings are saved.")
            return go(request, reverse("warranties"))
        except BadInput as error:
            show_problem(form, error)
    status = 422 if form.errors else 200
    return page(request, "contracts/expiry_settings.html", {"form": form}, status=status)


def _shown(rows: QuerySet[Any], show: str, today: date) -> QuerySet[Any]:
    if show == "all":
        return rows
    if show == "over":
        return rows.filter(ends_on__lt=today)
    rows = rows.filter(ends_on__gte=today)
    return rows.filter(ends_on__lte=today + SOON) if show == "soon" else rows


def _wanted(request: ViewerRequest) -> tuple[Customer, dict[str, Any], str]:
    """Return whose list it is, what the form starts from, and where to go afterwards."""
    if asked := request.GET.get("device", ""):
        device = access_device(request.viewer, row_number(asked))
        meant = device.serial or device.name
        return device.customer, {"device": meant}, reverse("device", args=[device.pk])
    if asked := request.GET.get("contract", ""):
        contract = access_contract(request.viewer, row_number(asked))
        initial = {
            "contract": contract.pk,
            "starts_on": contract.starts_on,
            "ends_on": contract.ends_on,
        }
        return contract.customer, initial, reverse("contract", args=[contract.pk])
    customer = access_customer(request.viewer, row_number(request.GET.get("customer", "")))
    return customer, {}, reverse("warranties")


def _add(request: ViewerRequest, form: WarrantyForm, back: str) -> str:
    data = form.cleaned_data
    item = add_warranty(
        contract=data["contract"], device=data["device"], facts=form.facts(), actor=request.viewer
    )
    messages.success(request, f"{item.device} is on the warranty list.")
    return back
