"""Reminding administrators that their provider is going to be deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from accounts.actions.schedule_deletion import closing_news
from accounts.announcements import announce
from accounts.models import Provider
from calcom_portal.common.tenancy import provider_scope, system_scope

# Each is told once: the outbox knows the key of the event.
REMINDERS: Final = (
    ("a-week-before", timedelta(days=7)),
    ("a-day-before", timedelta(days=1)),
)


def remind_of_deletion() -> int:
    """Remind where it is time; return how many providers are going to be deleted."""
    with system_scope("find the providers that are going to be deleted") as scope:
        closing = list(Provider.objects.filter(deletion_due_at__gt=scope.now).order_by("pk"))
    for provider in closing:
        with provider_scope(provider_id=provider.pk) as own:
            for step, before in REMINDERS:
                if provider.deletion_due_at and provider.deletion_due_at - own.now <= before:
                    announce(closing_news(provider, step))
    return len(closing)
