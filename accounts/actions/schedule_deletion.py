"""Have a provider deleted after the grace."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from accounts.announcements import Announcement, announce
from accounts.models import Provider
from accounts.operating import provider_to_change, tell_trail
from accounts.operator_log import log_act
from accounts.operators import Operator
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now

# The database refuses less: see the migration erase_after_grace.
GRACE: Final = timedelta(days=30)


@transaction.atomic
def schedule_deletion(*, provider_id: int, operator: Operator) -> Provider:
    """Have everything of a provider deleted in thirty days; until then it can be called off.

    Runs outside any scope. Raises Missing, RuleBroken when it is scheduled already.
    """
    with provider_to_change(provider_id, "schedule the deletion of a provider") as provider:
        due = begin_grace(provider)
        tell_trail(provider, operator, "provider.deletion_scheduled", due=due)
    log_act(
        operator,
        "provider.deletion_scheduled",
        tenant=provider.pk,
        tenant_name=provider.name,
        due=due.isoformat(),
    )
    return provider


def begin_grace(provider: Provider) -> datetime:
    """Write down when a locked provider is deleted, tell its administrators; return the instant.

    Raises RuleBroken when it is going to be deleted already.
    """
    if provider.deletion_due_at is not None:
        raise RuleBroken(
            f"{provider.name} is going to be deleted already.",
            remedy="Cancel the deletion first if the thirty days should begin again.",
        )
    now = database_now()
    provider.deletion_asked_at, provider.deletion_due_at = now, now + GRACE
    provider.save(update_fields=["deletion_asked_at", "deletion_due_at"])
    announce(closing_news(provider, "begun"))
    return now + GRACE


def closing_news(provider: Provider, step: str) -> Announcement:
    """Return what administrators read at the beginning of the grace, and again within it."""
    due = provider.deletion_due_at
    if due is None:
        raise LookupError(f"{provider.name} is not going to be deleted.")
    return Announcement(
        provider_id=provider.pk,
        key=f"closing:{due.isoformat()}:{step}",
        heading=f"Everything of {provider.name} will be deleted",
        text="On the day below all customers, tickets, contracts, files and accounts of"
        f" {provider.name} are deleted and cannot be brought back. Until then you can take"
        " everything out, and administrators can keep the company under “Plan and data”.",
        day=due.isoformat(),
        url="/provider/",
        url_label="Take everything out",
    )
