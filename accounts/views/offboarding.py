"""A customer leaves: what it means, the day, and what comes after."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import access_customer, needs
from accounts.actions import erase_people, keep_customer, let_customer_go
from accounts.actions.let_customer_go import today_at
from accounts.capabilities import Capability
from accounts.forms_companies import LeavingForm
from accounts.middleware import ViewerRequest
from accounts.models import Customer
from accounts.offboarding import KEPT_FOR, Leaving, foresee
from calcom_portal.common.errors import BadInput
from calcom_portal.common.pages import go, page
from calcom_portal.common.tenancy import database_now


@require_http_methods(["GET", "POST"])
@needs(Capability.MANAGE_CUSTOMERS)
def leave(request: ViewerRequest, customer_id: int) -> HttpResponse:
    """Show what the leaving means, and set the day."""
    found = access_customer(request.viewer, customer_id)
    today = today_at(found.provider_id)
    initial = {"last_day": found.leaves_on or today, "closes_tickets": found.leaving_closes}
    form = LeavingForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            gone = let_customer_go(customer=found, leaving=form.leaving, actor=request.viewer)
            messages.success(request, _told(gone))
            return go(request, reverse("customer_leave", args=[found.pk]))
        except BadInput as error:
            form.add_error(error.field, str(error))
    status = 422 if form.errors else 200
    return page(request, "accounts/leave.html", _context(found, form), status=status)


@require_POST
@needs(Capability.MANAGE_CUSTOMERS)
def keep(request: ViewerRequest, customer_id: int) -> HttpResponse:
    """Call it off."""
    found = access_customer(request.viewer, customer_id)
    keep_customer(customer=found, actor=request.viewer)
    messages.success(request, f"{found.name} stays.")
    return go(request, reverse("customer", args=[found.pk]))


@require_POST
@needs(Capability.MANAGE_CUSTOMERS)
def erase(request: ViewerRequest, customer_id: int) -> HttpResponse:
    """Erase the names of a former customer's people."""
    found = access_customer(request.viewer, customer_id)
    erase_people(customer=found, actor=request.viewer)
    messages.success(request, f"The names of the people of {found.name} are erased.")
    return go(request, reverse("customer_leave", args=[found.pk]))


def _told(customer: Customer) -> str:
    if customer.left_at:
        return f"{customer.name} has left. Everything stays readable for you."
    return f"{customer.name} leaves after {customer.leaves_on:%-d %B %Y}. It can be called off."


def _context(found: Customer, form: LeavingForm) -> dict[str, Any]:
    leaving = Leaving(found.leaves_on or today_at(found.provider_id), found.leaving_closes)
    erasable_at = found.left_at + KEPT_FOR if found.left_at else None
    return {
        "customer": found,
        "form": form,
        "consequences": [] if found.left_at else foresee(found, leaving),
        "erasable_at": erasable_at,
        "may_erase": bool(erasable_at and erasable_at <= database_now() and not found.erased_at),
        "kept_for": KEPT_FOR.days,
    }
