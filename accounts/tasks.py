"""Sweeps over people's traces."""

from __future__ import annotations

from celery import shared_task

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
