"""Sweeps over people's traces."""

from __future__ import annotations

from celery import shared_task

from accounts.actions.erase_provider import erase_due_providers
from accounts.closing import remind_of_deletion as remind
from accounts.figures import count_providers as count
from accounts.jobs.running import run_next_job
from accounts.operators import PORTAL
from accounts.sign_up_letters import send_sign_up_letters as send_letters
from accounts.tidying import (
    close_accounts,
    end_looks,
    forget_jobs,
    forget_sessions,
    forget_sign_ups,
    forget_submissions,
    tidy_above,
    withdraw_expired_invitations,
)
from calcom_portal.common.wakeup import wake

# Long work may be long, but a hung one must not hold a worker for ever.
JOB_SECONDS = 55 * 60


@shared_task(name="accounts.tidy_up")
def tidy_up() -> dict[str, int]:
    """Forget what nobody needs any more: sessions, submissions, jobs with their files, lists."""
    return {
        "sessions": forget_sessions(),
        "submissions": forget_submissions(),
        "sign_ups": forget_sign_ups(),
        "invitations": withdraw_expired_invitations(),
        "jobs": forget_jobs(),
        **tidy_above(),
    }


@shared_task(name="accounts.end_looks")
def end_looks_task() -> dict[str, int]:
    """Write down looks that nobody stopped."""
    return {"looks": end_looks()}


@shared_task(name="accounts.count_providers")
def count_providers() -> int:
    """Keep the figures that operators see."""
    return count()


@shared_task(name="accounts.send_sign_up_letters")
def send_sign_up_letters() -> int:
    """Send the links that confirm a sign-up."""
    return send_letters()


@shared_task(name="accounts.remind_of_deletion")
def remind_of_deletion() -> int:
    """Tell administrators that the end of the grace is near."""
    return remind()


@shared_task(name="accounts.delete_due_providers")
def delete_due_providers() -> int:
    """Delete the providers whose grace is over."""
    return erase_due_providers(operator=PORTAL)


@shared_task(name="accounts.run_jobs", soft_time_limit=JOB_SECONDS, time_limit=JOB_SECONDS + 60)
def run_jobs() -> int | None:
    """Do the long work that has waited longest, and ask for the next."""
    if (job_id := run_next_job()) is not None:
        wake("accounts.run_jobs")
    return job_id


@shared_task(name="accounts.close_accounts")
def close_accounts_task() -> dict[str, int]:
    """Close the accounts of customers whose last day is over."""
    return {"customers": close_accounts()}
