"""Places of customers."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.paging import keyset_page
from calcom_portal.common.errors import BadInput
from calcom_portal.common.pages import go, page
from calcom_portal.common.tenancy import database_now
from contracts.access import access_site
from contracts.actions import create_site, edit_site
from contracts.forms.fields import show_problem
from contracts.forms.places import SiteForm
from contracts.in_force import covers_in_force
from contracts.models import Site
from contracts.views.devices import device_rows
from contracts.views.lists import Narrowed
from contracts.views.once import done_once

CHANGE = Capability.MANAGE_DEVICES
MOST_DEVICES = 200


@needs(Capability.SEE_ALL_CUSTOMERS)
@require_GET
def sites(request: ViewerRequest) -> HttpResponse:
    """List and search the sites of all customers."""
    narrowed = Narrowed.of(request)
    in_service = Count("devices", filter=Q(devices__retired_on__isnull=True))
    rows = Site.objects.named_like(narrowed.q).by_name().select_related("customer")
    listed = keyset_page(
        request, narrowed.apply(rows.annotate(devices_here=in_service)), key="sort_name"
    )
    context = {
        "sites": listed.rows,
        "pager": listed.pager,
        "can_change": request.viewer.can(CHANGE),
        **narrowed.context,
    }
    return page(request, "contracts/sites.html", context)


@needs(Capability.SEE_CONTRACTS)
@require_GET
def site(request: ViewerRequest, id: int) -> HttpResponse:
    """Show one site with its devices and their cover."""
    found = access_site(request.viewer, id)
    devices = list(found.devices.order_by("retired_on", "name")[:MOST_DEVICES])
    covers = covers_in_force([found.customer_id], database_now())
    context = {
        "site": found,
        "rows": device_rows(request.viewer, devices, covers),
        "can_change": request.viewer.can(CHANGE),
    }
    return page(request, "contracts/site.html", context)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def site_new(request: ViewerRequest) -> HttpResponse:
    """Add a site."""
    form = SiteForm(request.POST or None, initial={"customer": request.GET.get("customer")})
    if request.method == "POST" and form.is_valid():
        try:
            return done_once(request, "site_new", form, lambda: _create(request, form))
        except BadInput as error:
            show_problem(form, error)
    status = 422 if form.errors else 200
    return page(request, "contracts/site_form.html", {"form": form}, status=status)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def site_edit(request: ViewerRequest, id: int) -> HttpResponse:
    """Correct a site."""
    found = access_site(request.viewer, id)
    form = SiteForm(request.POST or None, site=found)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            edit_site(
                site=found,
                name=data["name"],
                address=data["address"],
                zone=data["zone"],
                actor=request.viewer,
            )
            messages.success(request, f"{data['name']} is saved.")
            return go(request, reverse("site", args=[found.pk]))
        except BadInput as error:
            show_problem(form, error)
    status = 422 if form.errors else 200
    return page(request, "contracts/site_form.html", {"form": form, "site": found}, status=status)


def _create(request: ViewerRequest, form: SiteForm) -> str:
    data = form.cleaned_data
    made = create_site(
        customer=data["customer"],
        name=data["name"],
        address=data["address"],
        zone=data["zone"],
        actor=request.viewer,
    )
    messages.success(request, f"{made} is added. Now write down what is installed there.")
    return reverse("site", args=[made.pk])
