"""Template filters about money."""

from __future__ import annotations

from decimal import Decimal

from django import template

from contracts.rates import spell_amount

register = template.Library()


@register.filter
def money(amount: Decimal, currency: str) -> str:
    """Return "USD 1,145.00"."""
    return spell_amount(amount, currency)
