"""Suspend a provider."""

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
def suspend_provider(*, provider_id: int, because: str, operator: Operator) -> Provider:
    """Make everything of a provider read-only. Its administrators read `because` in a mail.

    Runs outside any scope. Raises Missing, RuleBroken when it is suspended already.
    """
    with provider_to_change(provider_id, "an operator suspends a provider") as provider:
        if provider.is_suspended:
            raise RuleBroken(f"{provider.name} is suspended already.", remedy="Nothing to do.")
        provider.suspended_at, provider.suspended_because = database_now(), because
        provider.save(update_fields=["suspended_at", "suspended_because"])
        tell_trail(provider, operator, "provider.suspended", because=because)
        announce(
            Announcement(
                provider_id=provider.pk,
                key=f"suspended:{provider.suspended_at.isoformat()}",
                heading=f"{provider.name} is suspended",
                text="Everything can be read and taken out; nothing can be changed, and no new"
                f" tickets come in. The reason: {because}",
            )
        )
    log_act(
        operator,
        "provider.suspended",
        tenant=provider.pk,
        tenant_name=provider.name,
        because=because,
    )
    return provider
