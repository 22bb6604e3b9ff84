"""Sweeps over people's traces."""

from __future__ import annotations

from celery import shared_task

from accounts.actions.erase_provider import erase_due_providers
from accounts.closing import remind_of_deletion as remind
from accounts.figures import count_providers as count
from accounts.operators import PORTAL
from accounts.tidying import (
    end_looks,
    forget_sessions,
    forget_submissions,
    withdraw_expired_invitations,
)


@shared_task(name="accounts.tidy_up")
def tidy_up() -> dict[str, int]:
    """Forget old sessions, answered submissions and expired invitations."""
    return {
        "sessions": forget_sessions(),
        "submissions": forget_submissions(),
        "invitations": withdraw_expired_invitations(),
    }


@shared_task(name="accounts.end_looks")
def end_looks_task() -> dict[str, int]:
    """Write down looks that nobody stopped."""
    return {"looks": end_looks()}


@shared_task(name="accounts.count_providers")
def count_providers() -> int:
    """Keep the figures that operators see."""
    return count()


@shared_task(name="accounts.remind_of_deletion")
def remind_of_deletion() -> int:
    """Tell administrators that the end of the grace is near."""
    return remind()


@shared_task(name="accounts.delete_due_providers")
def delete_due_providers() -> int:
    """Delete the providers whose grace is over."""
    return erase_due_providers(operator=PORTAL)
