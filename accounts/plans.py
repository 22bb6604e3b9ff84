"""Plans, and how a provider gets one. Outside any scope: plans belong to no tenant."""

from __future__ import annotations

from accounts.models import Plan
from accounts.room import MEGABYTE, Resource
from calcom_portal.common.errors import BadInput

TRIAL = "trial"


def plan_named(code: str) -> Plan:
    """Return the plan. Raises BadInput."""
    plan = Plan.objects.filter(code=code).first()
    if plan is None:
        raise BadInput("There is no such plan.", field="plan", remedy="Choose one of the list.")
    return plan


def limits_of(plan: Plan) -> dict[str, int]:
    """Return the limits as a provider's row keeps them; what is not limited is left out."""
    storage = plan.storage_megabytes
    limits = {
        Resource.CUSTOMERS: plan.customers,
        Resource.STAFF: plan.staff,
        Resource.DEVICES: plan.devices,
        Resource.STORAGE: None if storage is None else storage * MEGABYTE,
    }
    return {limit.value: most for limit, most in limits.items() if most is not None}


def plan_in_words(plan: Plan) -> str:
    """Return a plan for a list to choose from."""
    limits = limits_of(plan)
    if not limits:
        return f"{plan.name}: no limits"
    parts = (f"{limit.spell(limits[limit])} {limit.words}" for limit in Resource if limit in limits)
    return f"{plan.name}: {', '.join(parts)}"
