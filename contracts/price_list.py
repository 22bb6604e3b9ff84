"""Which labour rates count: those of the terms, else the provider's price list of the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from django.db.models import QuerySet

from calcom_portal.common.prepared import prepared
from contracts.models import RateCard, Terms
from contracts.rates import Rates, Rounding, Rule, spell_amount

# What a new provider begins with.
FIRST_RATES: Final = Rates("USD", Decimal(145), Decimal("217.50"), Decimal(95))
FIRST_ROUNDING: Final = Rounding(15, Rule.UP, 15)


@dataclass(frozen=True, slots=True)
class RatesInForce:
    """Rates and rounding that count, and in words where they come from."""

    rates: Rates
    rounding: Rounding
    source: str

    def lines(self) -> list[tuple[str, str]]:
        """Return what a page lists: what for, and how much."""
        return rate_lines(self.rates, self.rounding)


def rates_for(*, provider_id: int, terms_id: int | None, day: date) -> RatesInForce | None:
    """Return the rates of frozen terms; where they agree none, those of the price list on `day`.

    Two queries at most. None when the provider had no price list yet on that day.
    """
    if terms_id is not None:
        terms = Terms.objects.select_related("contract").get(pk=terms_id)
        if agreed := rates_of_terms(terms):
            return agreed
    card = card_on(provider_id, day)
    return rates_of_card(card) if card else None


def rates_of_terms(terms: Terms) -> RatesInForce | None:
    """Return what terms agree; None when the price list counts."""
    if not terms.rates or not terms.rounding:
        return None
    return RatesInForce(
        Rates.from_dict(terms.rates),
        Rounding.from_dict(terms.rounding),
        f"Agreed in contract {terms.contract.number}",
    )


def rates_of_card(card: RateCard) -> RatesInForce:
    """Return what a price list says."""
    return RatesInForce(Rates.from_dict(card.rates), Rounding.from_dict(card.rounding), str(card))


def card_on(provider_id: int, day: date) -> RateCard | None:
    """Return the price list in effect on a day, None before the first."""
    return _cards_until.one(provider_id, day)


@prepared
def _cards_until(provider_id: int, day: date) -> QuerySet[RateCard]:
    cards = RateCard.objects.filter(provider_id=provider_id, effective_on__lte=day)
    return cards.order_by("-effective_on")[:1]


def next_day_for_a_card(provider_id: int, today: date) -> date:
    """Return the first day from which a further price list may count: today or later."""
    newest = RateCard.objects.filter(provider_id=provider_id).order_by("-effective_on").first()
    return max(today, newest.effective_on + timedelta(days=1)) if newest else today


def rate_lines(rates: Rates, rounding: Rounding) -> list[tuple[str, str]]:
    """Return what for, and how much, in words."""
    return [
        ("An hour in business hours", spell_amount(rates.normal, rates.currency)),
        ("An hour outside them", spell_amount(rates.after_hours, rates.currency)),
        ("A trip to a site", spell_amount(rates.trip, rates.currency)),
        ("Time is", rounding.words()),
    ]
