"""Amending a signed contract."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import needs
from accounts.middleware import ViewerRequest
from calcom_portal.common.pages import go
from calcom_portal.common.tenancy import database_now
from contracts.access import access_contract
from contracts.actions import amend_contract, send_amendment
from contracts.cover_words import covers_until_the_end
from contracts.days import today_of_calendar, today_of_provider
from contracts.forms.life import AmendForm, TierForm, initial_of_amendment, without_promise
from contracts.models import Contract, Terms, Tier
from contracts.price_list import rates_for
from contracts.views.life import CHANGE, StepPage, walk


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def contract_amend(request: ViewerRequest, id: int) -> HttpResponse:
    """Change what a contract says from a day on. `?tier=` chooses another tier first."""
    found = access_contract(request.viewer, id)
    terms = found.terms.select_related("calendar").order_by("-number").first()
    if terms is None:
        return go(request, reverse("contract", args=[found.pk]))
    choice = TierForm(request.GET if "tier" in request.GET else None, current=terms.tier_code)
    tier = choice.cleaned_data["tier"] if choice.is_valid() else _tier_of(terms)
    form = AmendForm(
        request.POST if request.method == "POST" else None,
        customer=found.customer,
        tier=tier,
        initial=_initial(request, found, terms, tier),
    )
    context = {"choice": TierForm(initial={"tier": tier}, current=terms.tier_code)}
    return walk(request, _step(request, found, form, context))


def _step(
    request: ViewerRequest, contract: Contract, form: AmendForm, context: dict[str, Any]
) -> StepPage:
    def wish() -> dict[str, Any]:
        return {
            "contract": contract,
            "amendment": form.amendment,
            "base_number": form.cleaned_data["base_number"],
            "actor": request.viewer,
        }

    step = StepPage(
        contract,
        "contract_amend",
        f"Amend {contract}",
        "Put it into effect",
        f"Contract {contract} is amended.",
        form,
        lambda: amend_contract(**wish()),
        template="contracts/contract_amend.html",
        context=context,
    )
    if not form.is_to_be_signed:
        return step
    return replace(
        step,
        label="Send for signature",
        done=f"The amendment of contract {contract} waits for the signature.",
        instead=lambda: send_amendment(note=form.cleaned_data["note"], **wish()),
    )


def _tier_of(terms: Terms) -> Tier:
    tier: Tier = Tier.objects.get(code=terms.tier_code)
    return tier


def _initial(
    request: ViewerRequest, contract: Contract, terms: Terms, tier: Tier
) -> dict[str, Any]:
    today = today_of_calendar(terms.calendar, database_now())
    provider_id = request.viewer.provider_id
    day = today_of_provider(provider_id, database_now())
    prices = rates_for(provider_id=provider_id, terms_id=None, day=day)
    covers = covers_until_the_end(contract)
    initial = initial_of_amendment(contract, terms, covers, today, prices)
    return initial if tier.code == terms.tier_code else without_promise(initial)
