"""Customers: list, page, master data."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models.functions import Lower
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import access_customer, needs
from accounts.actions import change_customer, create_customer
from accounts.capabilities import Capability
from accounts.customer_links import links_of_customers
from accounts.forms_companies import CustomerForm
from accounts.middleware import ViewerRequest
from accounts.models import Customer, Invitation, Membership
from accounts.paging import keyset_page
from accounts.submissions import Answer, fingerprint_of, once
from calcom_portal.common.errors import BadInput
from calcom_portal.common.pages import go, page


@require_GET
@needs(Capability.SEE_ALL_CUSTOMERS)
def customers(request: ViewerRequest) -> HttpResponse:
    """List and search the customers."""
    search = request.GET.get("q", "")[:200]
    listed = keyset_page(request, Customer.objects.named_like(search).by_name(), key="sort_name")
    context = {"customers": listed.rows, "pager": listed.pager, "q": search}
    context["may_create"] = request.viewer.can(Capability.MANAGE_CUSTOMERS)
    return page(request, "accounts/customers.html", context)


@require_GET
@needs(Capability.SEE_ALL_CUSTOMERS)
def customer(request: ViewerRequest, customer_id: int) -> HttpResponse:
    """Show one customer with its people."""
    found = access_customer(request.viewer, customer_id)
    people = Membership.objects.filter(customer_id=found.pk).order_by(Lower("name"))
    invitations = Invitation.objects.still_open().filter(customer_id=found.pk)
    context = {
        "customer": found,
        "people": people[:200],
        "invitations": invitations.order_by("-pk")[:50],
        "links": links_of_customers(request.viewer),
        "manages": request.viewer.can(Capability.MANAGE_CUSTOMERS),
        "looks": request.viewer.can(Capability.VIEW_AS_CUSTOMER) and found.is_active,
    }
    return page(request, "accounts/customer.html", context)


@require_http_methods(["GET", "POST"])
@needs(Capability.MANAGE_CUSTOMERS)
def new(request: ViewerRequest) -> HttpResponse:
    """Take on a customer."""
    form = CustomerForm(request.POST or None)
    del form.fields["is_active"]
    if request.method == "POST" and form.is_valid() and (url := _create_once(request, form)):
        return go(request, url)
    context = {"form": form}
    status = 422 if form.errors else 200
    return page(request, "accounts/customer_new.html", context, status=status)


@require_http_methods(["GET", "POST"])
@needs(Capability.MANAGE_CUSTOMERS)
def edit(request: ViewerRequest, customer_id: int) -> HttpResponse:
    """Change a customer's master data."""
    found = access_customer(request.viewer, customer_id)
    initial = {name: getattr(found, name) for name in ("name", "number", "phone", "is_active")}
    form = CustomerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _change(request, found, form):
        messages.success(request, f"{form.cleaned_data['name']} is saved.")
        return go(request, reverse("customer", args=[found.pk]))
    context = {"form": form, "customer": found}
    status = 422 if form.errors else 200
    return page(request, "accounts/customer_edit.html", context, status=status)


def _create_once(request: ViewerRequest, form: CustomerForm) -> str:
    data = _master_data(form, "name", "number", "phone")

    def act() -> Answer:
        created = create_customer(**data, actor=request.viewer)
        return Answer.led_to(reverse("customer", args=[created.pk]))

    key = str(form.cleaned_data["submission"] or "")
    try:
        return once(request.viewer, "customer_new", key, fingerprint_of(data), act).url
    except BadInput as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return ""


def _change(request: ViewerRequest, found: Customer, form: CustomerForm) -> bool:
    data = _master_data(form, "name", "number", "phone", "is_active")
    try:
        change_customer(customer=found, **data, actor=request.viewer)
    except BadInput as error:
        form.add_error(error.field, str(error))
        return False
    return True


def _master_data(form: CustomerForm, *names: str) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in names}
