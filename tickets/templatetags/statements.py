"""Template filters about money."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django import template

from calcom_portal.common.timewords import spell_span
from contracts.rates import spell_amount

register = template.Library()


@register.filter
def minutes(count: int) -> str:
    """Return "1 h 30 m"."""
    return spell_span(timedelta(minutes=count))


@register.filter
def money(amount: Decimal, currency: str) -> str:
    """Return "USD 1,145.00"."""
    return spell_amount(amount, currency)
