"""Drafting contracts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.errors import BadInput
from calcom_portal.common.pages import go, page, part
from calcom_portal.common.tenancy import database_now
from contracts.access import access_contract
from contracts.actions import create_contract, edit_contract
from contracts.days import today_of_provider
from contracts.drafts import Draft, tier_of
from contracts.examples import Example, units_explained
from contracts.forms.contracts import ChoiceForm, ContractForm, initial_of
from contracts.forms.fields import show_problem
from contracts.forms.money import initial_rates
from contracts.forms.promise import TARGET_NAMES, WHOLE, HoursField
from contracts.models import Calendar
from contracts.price_list import RatesInForce, rates_for
from contracts.promised import service_calendar
from contracts.views.once import done_once

CHANGE = Capability.MANAGE_CONTRACTS
ID = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
USUAL_AMOUNTS = (timedelta(hours=8), timedelta(hours=24))


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def contract_new(request: ViewerRequest) -> HttpResponse:
    """Draft a contract: first whose and which tier (in the address), then what it says."""
    choice = ChoiceForm({name: request.GET.get(name) for name in ("customer", "tier")})
    if not choice.is_valid():
        return _ask_first(request)
    form = ContractForm(
        request.POST or None,
        customer=choice.cleaned_data["customer"],
        tier=choice.cleaned_data["tier"],
        initial={
            "starts_on": database_now().date(),
            "cover": WHOLE,
            **initial_rates(_price_list(request)),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            return done_once(request, "contract_new", form, lambda: _create(request, form))
        except BadInput as error:
            show_problem(form, error)
    return _editor(request, form)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def contract_edit(request: ViewerRequest, id: int) -> HttpResponse:
    """Change a draft."""
    found = access_contract(request.viewer, id)
    if found.draft is None:
        return go(request, reverse("contract", args=[found.pk]))
    draft = Draft.from_dict(found.draft)
    initial = initial_of(found, draft, _price_list(request))
    form = ContractForm(
        request.POST or None, customer=found.customer, tier=tier_of(draft), initial=initial
    )
    if request.method == "POST" and form.is_valid():
        try:
            edit_contract(contract=found, wish=form.wish, actor=request.viewer)
            messages.success(request, f"Draft {found} is saved.")
            return go(request, reverse("contract", args=[found.pk]))
        except BadInput as error:
            show_problem(form, error)
    return _editor(request, form, contract=found)


@needs(CHANGE)
@require_GET
def contract_examples(request: ViewerRequest) -> HttpResponse:
    """Work the units out for the calendar and the hours that the form holds now."""
    typed = (request.GET.get(f"{name}_hours") for name in TARGET_NAMES.values())
    examples = unit_examples(request.GET.get("calendar", ""), typed_amounts(typed))
    return part(request, "contracts/_unit_examples.html", {"examples": examples})


def _price_list(request: ViewerRequest) -> RatesInForce | None:
    provider_id = request.viewer.provider_id
    today = today_of_provider(provider_id, database_now())
    return rates_for(provider_id=provider_id, terms_id=None, day=today)


def _hours(text: object) -> timedelta | None:
    try:
        hours: timedelta | None = HoursField(required=False).clean(text)
        return hours
    except ValidationError:
        return None


def typed_amounts(typed: Iterable[object]) -> Sequence[timedelta]:
    """Return the amounts that the fields of targets hold, or the usual ones."""
    return sorted({hours for text in typed if (hours := _hours(text))}) or USUAL_AMOUNTS


def unit_examples(calendar: str, amounts: Sequence[timedelta]) -> list[Example]:
    """Return each amount in each unit, on the calendar of the form or else on the default one."""
    rows = Calendar.objects.order_by("-is_default", "pk")
    chosen = rows.filter(pk=calendar).first() if ID.fullmatch(calendar) else None
    found = chosen or rows.first()
    if found is None:
        return []
    counted, now = service_calendar(found.newest().pk), database_now()
    return [row for amount in amounts for row in units_explained(counted, amount, now)]


def _ask_first(request: ViewerRequest) -> HttpResponse:
    asked = {name: request.GET.get(name) for name in ("customer", "tier")}
    form = ChoiceForm(asked if all(asked.values()) else None, initial=asked)
    status = 422 if form.errors else 200
    return page(request, "contracts/contract_choose.html", {"form": form}, status=status)


def _editor(request: ViewerRequest, form: ContractForm, *, contract: object = None) -> HttpResponse:
    typed = (form[f"{name}_hours"].value() for name in TARGET_NAMES.values())
    context = {
        "form": form,
        "contract": contract,
        "examples": unit_examples(str(form["calendar"].value() or ""), typed_amounts(typed)),
        "example_fields": ",".join(
            ["calendar", *(f"{name}_hours" for name in TARGET_NAMES.values())]
        ),
    }
    status = 422 if form.errors else 200
    return page(request, "contracts/contract_form.html", context, status=status)


def _create(request: ViewerRequest, form: ContractForm) -> str:
    made = create_contract(customer=form.customer, wish=form.wish, actor=request.viewer)
    messages.success(request, f"Draft {made} is saved. Nothing is promised until it is signed.")
    return reverse("contract", args=[made.pk])
