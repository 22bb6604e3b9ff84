"""Firmware: the models and how their devices stand, releases, advisories, versions by hand."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.paging import keyset_page
from calcom_portal.common.errors import BadInput
from calcom_portal.common.pages import go, page, page_or_part
from calcom_portal.common.parts import Cover
from calcom_portal.common.tenancy import database_now
from contracts.access import access_device, access_product_model
from contracts.days import today_of_provider
from contracts.forms.fields import show_problem
from contracts.models import ProductModel
from contracts.views.lists import Narrowed
from contracts.views.once import done_once
from upkeep.access_firmware import access_advisory, access_release
from upkeep.actions.add_release import add_release
from upkeep.actions.edit_release import edit_release
from upkeep.actions.enter_advisory import enter_advisory
from upkeep.actions.record_version import record_version
from upkeep.actions.withdraw_advisory import withdraw_advisory
from upkeep.firmware_page import model_page, models_to_look_after
from upkeep.fleet import model_lines
from upkeep.forms.firmware import AdvisoryForm, ReleaseForm, VersionForm
from upkeep.models import FirmwareSeen

SEE, WORK, CHANGE = Capability.SEE_MONITORING, Capability.WORK_TICKETS, Capability.MANAGE_FIRMWARE


@needs(SEE)
@require_GET
def firmware(request: ViewerRequest) -> HttpResponse:
    """List the models in service or in the catalogue, and how their devices stand."""
    narrowed = Narrowed.of(request)
    listed = keyset_page(request, models_to_look_after(narrowed.q), key="sort_name")
    today = today_of_provider(request.viewer.provider_id, database_now())
    context = {
        "lines": model_lines(listed.rows, today),
        "pager": listed.pager,
        "can_change": request.viewer.can(CHANGE),
        **narrowed.context,
    }
    return page(request, "upkeep/firmware/models.html", context)


@needs(SEE)
@require_GET
def firmware_model(request: ViewerRequest, id: int) -> HttpResponse:
    """Show a model: releases, advisories, which versions are in use, and on which devices."""
    product = access_product_model(request.viewer, id)
    context = {**model_page(request, product), "can_change": request.viewer.can(CHANGE)}
    return page(request, "upkeep/firmware/model.html", context)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def release_new(request: ViewerRequest, id: int) -> HttpResponse:
    """Add a release of a model."""
    product = access_product_model(request.viewer, id)
    form = ReleaseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return done_once(request, "release_new", form, lambda: _add(request, product, form))
        except BadInput as error:
            show_problem(form, error)
    context = {"form": form, "product": product}
    status = 422 if form.errors else 200
    return page(request, "upkeep/firmware/release_form.html", context, status=status)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def release_edit(request: ViewerRequest, id: int) -> HttpResponse:
    """Correct a release, or judge it anew."""
    release = access_release(request.viewer, id)
    form = ReleaseForm(request.POST if request.method == "POST" else None, release=release)
    if request.method == "POST" and form.is_valid():
        try:
            edit_release(release=release, facts=form.facts(), actor=request.viewer)
            messages.success(request, f"{form.cleaned_data['version']} is saved.")
            return go(request, reverse("firmware_model", args=[release.product_model_id]))
        except BadInput as error:
            show_problem(form, error)
    context = {"form": form, "product": release.product_model, "release": release}
    status = 422 if form.errors else 200
    return page(request, "upkeep/firmware/release_form.html", context, status=status)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def advisory_new(request: ViewerRequest, id: int) -> HttpResponse:
    """Enter an advisory about a model."""
    product = access_product_model(request.viewer, id)
    form = AdvisoryForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return done_once(request, "advisory_new", form, lambda: _warn(request, product, form))
        except BadInput as error:
            show_problem(form, error)
    context = {"form": form, "product": product}
    status = 422 if form.errors else 200
    return page(request, "upkeep/firmware/advisory_form.html", context, status=status)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def advisory_withdraw(request: ViewerRequest, id: int) -> HttpResponse:
    """Say what withdrawing means, then do it."""
    advisory = access_advisory(request.viewer, id)
    back = reverse("firmware_model", args=[advisory.product_model_id])
    if request.method == "POST":
        withdraw_advisory(advisory=advisory, actor=request.viewer)
        messages.success(request, "The advisory is withdrawn.")
        return go(request, back)
    context = {
        "title": f"Withdraw “{advisory}”?",
        "cover": Cover(
            "risk", "No device counts as concerned any more.", "It stays in the audit trail."
        ),
        "action_url": request.path,
        "confirm_label": "Withdraw the advisory",
        "risk": True,
        "cancel_url": back,
    }
    return page_or_part(request, "accounts/confirm.html", "_shared/_confirm.html", context)


@needs(WORK)
@require_http_methods(["GET", "POST"])
def version_record(request: ViewerRequest, id: int) -> HttpResponse:
    """Write down the version that somebody read off a device."""
    device = access_device(request.viewer, id)
    form = VersionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        record_version(device=device, version=form.cleaned_data["version"], actor=request.viewer)
        messages.success(request, f"{device.name} runs {form.cleaned_data['version']}.")
        return go(request, reverse("device", args=[device.pk]))
    known = FirmwareSeen.objects.filter(device=device, until=None).first()
    context = {"form": form, "device": device, "known": known}
    status = 422 if form.errors else 200
    return page(request, "upkeep/firmware/version_form.html", context, status=status)


def _add(request: ViewerRequest, product: ProductModel, form: ReleaseForm) -> str:
    made = add_release(product=product, facts=form.facts(), actor=request.viewer)
    messages.success(request, f"{made.version} is in the catalogue.")
    return reverse("firmware_model", args=[product.pk])


def _warn(request: ViewerRequest, product: ProductModel, form: AdvisoryForm) -> str:
    enter_advisory(product=product, facts=form.facts(), actor=request.viewer)
    messages.success(request, "The advisory is entered.")
    return reverse("firmware_model", args=[product.pk])
