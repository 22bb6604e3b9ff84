"""The price list of labour: what counts now, its versions, a new one."""

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
from calcom_portal.common.pages import page
from calcom_portal.common.tenancy import database_now
from contracts.actions import publish_rate_card
from contracts.days import today_of_provider
from contracts.forms.fields import show_problem
from contracts.forms.money import initial_rates
from contracts.forms.rates import RateCardForm
from contracts.models import RateCard
from contracts.price_list import card_on, next_day_for_a_card, rates_for, rates_of_card
from contracts.views.once import done_once

SEE, CHANGE = Capability.SEE_ALL_CUSTOMERS, Capability.MANAGE_CONTRACTS


@needs(SEE)
@require_GET
def rates(request: ViewerRequest) -> HttpResponse:
    """Show the price list in effect, and all its versions, the newest first."""
    today = today_of_provider(request.viewer.provider_id, database_now())
    listed = keyset_page(
        request, RateCard.objects.select_related("created_by"), key="pk", newest_first=True
    )
    current = card_on(request.viewer.provider_id, today)
    context = {
        "current": current,
        "shown": rates_of_card(current) if current else None,
        "rows": [(card, rates_of_card(card)) for card in listed.rows],
        "pager": listed.pager,
        "today": today,
        "can_change": request.viewer.can(CHANGE),
    }
    return page(request, "contracts/rates.html", context)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def rates_new(request: ViewerRequest) -> HttpResponse:
    """Write a new version that counts from a day on."""
    today = today_of_provider(request.viewer.provider_id, database_now())
    current = rates_for(provider_id=request.viewer.provider_id, terms_id=None, day=today)
    first = next_day_for_a_card(request.viewer.provider_id, today)
    initial = {"effective_on": first, **initial_rates(current)}
    form = RateCardForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            return done_once(request, "rates_new", form, lambda: _publish(request, form))
        except BadInput as error:
            show_problem(form, error)
    status = 422 if form.errors else 200
    return page(request, "contracts/rates_form.html", {"form": form}, status=status)


def _publish(request: ViewerRequest, form: RateCardForm) -> str:
    rates, rounding = form.agreed()
    made = publish_rate_card(
        effective_on=form.cleaned_data["effective_on"],
        rates=rates,
        rounding=rounding,
        note=form.cleaned_data["note"],
        actor=request.viewer,
    )
    messages.success(request, f"{made} is kept.")
    return reverse("rates")
