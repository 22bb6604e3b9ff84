"""Resume a suspended provider."""

from __future__ import annotations

from django.db import transaction

from accounts.announcements import Announcement, announce
from accounts.models import Provider
from accounts.operating import provider_to_change, tell_trail
from accounts.operator_log import log_act
from accounts.operators import Operator
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now


@transaction.atomic
def resume_provider(*, provider_id: int, operator: Operator) -> Provider:
    """Let a provider work again. Deadlines that passed meanwhile are judged by the next sweep.

    Runs outside any scope. Raises Missing, RuleBroken when it is not suspended.
    """
    with provider_to_change(provider_id, "an operator resumes a provider") as provider:
        if not provider.is_suspended:
            raise RuleBroken(f"{provider.name} is not suspended.", remedy="Nothing to do.")
        provider.suspended_at, provider.suspended_because = None, ""
        provider.save(update_fields=["suspended_at", "suspended_because"])
        tell_trail(provider, operator, "provider.resumed")
        announce(
            Announcement(
                provider_id=provider.pk,
                key=f"resumed:{database_now().isoformat()}",
                heading=f"{provider.name} can work again",
                text="The suspension is over. Everything is where you left it; promises that ran"
                " out meanwhile are judged now.",
            )
        )
    log_act(operator, "provider.resumed", tenant=provider.pk, tenant_name=provider.name)
    return provider
