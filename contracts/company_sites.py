"""What the app below may know of sites: those to which somebody's access can be limited."""

from __future__ import annotations

from contracts.models import Site


def sites_in_use(customer_id: int) -> list[tuple[int, str]]:
    """Return id and name of a customer's sites in use, by name."""
    rows = Site.objects.filter(customer_id=customer_id, is_active=True).order_by("name")
    return list(rows.values_list("pk", "name"))
