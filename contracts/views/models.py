"""The catalogue of models."""

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
from contracts.access import access_product_model
from contracts.actions import create_product_model, edit_product_model
from contracts.days import SOON, today_of_provider
from contracts.forms.fields import show_problem
from contracts.forms.goods import ProductModelForm
from contracts.models import ProductModel
from contracts.views.lists import Narrowed
from contracts.views.once import done_once

SEE, CHANGE = Capability.SEE_ALL_CUSTOMERS, Capability.MANAGE_DEVICES


@needs(SEE)
@require_GET
def models(request: ViewerRequest) -> HttpResponse:
    """List and search the models, each with how many are in service."""
    narrowed = Narrowed.of(request)
    in_service = Count("devices", filter=Q(devices__retired_on=None))
    rows = ProductModel.objects.named_like(narrowed.q).by_name().annotate(installed=in_service)
    listed = keyset_page(request, rows, key="sort_name")
    today = today_of_provider(request.viewer.provider_id, database_now())
    context = {
        "rows": listed.rows,
        "pager": listed.pager,
        "today": today,
        "soon": today + SOON,
        "can_change": request.viewer.can(CHANGE),
        **narrowed.context,
    }
    return page(request, "contracts/models.html", context)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def model_new(request: ViewerRequest) -> HttpResponse:
    """Add a model."""
    form = ProductModelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return done_once(request, "model_new", form, lambda: _create(request, form))
        except BadInput as error:
            show_problem(form, error)
    status = 422 if form.errors else 200
    return page(request, "contracts/model_form.html", {"form": form}, status=status)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def model_edit(request: ViewerRequest, id: int) -> HttpResponse:
    """Correct a model."""
    found = access_product_model(request.viewer, id)
    form = ProductModelForm(request.POST if request.method == "POST" else None, product=found)
    if request.method == "POST" and form.is_valid():
        try:
            edit_product_model(product=found, facts=form.facts(), actor=request.viewer)
            messages.success(request, f"{found} is saved.")
            return go(request, reverse("models"))
        except BadInput as error:
            show_problem(form, error)
    status = 422 if form.errors else 200
    context = {"form": form, "product": found}
    return page(request, "contracts/model_form.html", context, status=status)


def _create(request: ViewerRequest, form: ProductModelForm) -> str:
    made = create_product_model(facts=form.facts(), actor=request.viewer)
    messages.success(request, f"{made} is in the catalogue.")
    return reverse("models")
