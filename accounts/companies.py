"""One way to say "of this company": a customer, or the provider itself."""

from __future__ import annotations

from django.db.models import Q


def of_company(customer_id: int | None) -> Q:
    """Return the condition for rows of a customer, or of the provider's own people (None)."""
    if customer_id is None:
        return Q(customer__isnull=True)
    return Q(customer_id=customer_id)
