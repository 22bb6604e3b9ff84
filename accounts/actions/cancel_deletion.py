"""Call off the deletion of a provider."""

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
def cancel_deletion(*, provider_id: int, operator: Operator) -> Provider:
    """Keep a provider that was going to be deleted.

    Runs outside any scope. Raises Missing, RuleBroken when no deletion is scheduled, or when the
    grace is over: then the deletion may have begun.
    """
    with provider_to_change(provider_id, "call off the deletion of a provider") as provider:
        end_grace(provider)
        tell_trail(provider, operator, "provider.deletion_cancelled")
    log_act(operator, "provider.deletion_cancelled", tenant=provider.pk, tenant_name=provider.name)
    return provider


def end_grace(provider: Provider) -> None:
    """Let a locked provider stay, and tell its administrators.

    Raises RuleBroken when it is not going to be deleted, or when that may have begun.
    """
    due = provider.deletion_due_at
    if due is None:
        raise RuleBroken(f"{provider.name} is not going to be deleted.", remedy="Nothing to do.")
    if due <= database_now():
        raise RuleBroken(
            f"The grace of {provider.name} is over, and its deletion has begun.",
            remedy="It can only come back from a backup.",
        )
    provider.deletion_asked_at = provider.deletion_due_at = None
    provider.save(update_fields=["deletion_asked_at", "deletion_due_at"])
    announce(
        Announcement(
            provider_id=provider.pk,
            key=f"stays:{due.isoformat()}",
            heading=f"{provider.name} stays",
            text="The deletion was called off. Nothing was deleted.",
        )
    )
