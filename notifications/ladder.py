"""Who is told next when nobody acknowledges a critical notice."""

from __future__ import annotations

from accounts.capabilities import Role
from accounts.models import Membership

# From the first after those who were told at once, to the top.
RUNGS = (Role.DISPATCHER, Role.PROVIDER_ADMIN)


def people_on(step: int, provider_id: int) -> list[int]:
    """Return the memberships of a provider's active people on a rung, of which the first is 1."""
    role = RUNGS[step - 1]
    rows = Membership.objects.filter(provider_id=provider_id, role=role, is_active=True)
    return list(rows.order_by("id").values_list("id", flat=True))
