"""Give a provider another plan."""

from __future__ import annotations

from django.db import transaction

from accounts.models import Plan, Provider
from accounts.operating import provider_to_change, tell_trail
from accounts.operator_log import log_act
from accounts.operators import Operator
from accounts.plans import limits_of


@transaction.atomic
def change_plan(*, provider_id: int, plan: Plan, operator: Operator) -> Provider:
    """Copy a plan's limits to a provider. What is there stays, even where it is more than that.

    Runs outside any scope. Raises Missing.
    """
    with provider_to_change(provider_id, "an operator changes a provider's plan") as provider:
        before = provider.plan_name
        provider.plan_name, provider.limits = plan.name, limits_of(plan)
        provider.save(update_fields=["plan_name", "limits"])
        tell_trail(provider, operator, "provider.plan_changed", before=before, after=plan.name)
    log_act(
        operator,
        "provider.plan_changed",
        tenant=provider.pk,
        tenant_name=provider.name,
        before=before,
        after=plan.name,
    )
    return provider
