"""Taking a job that waits, keeping it, and giving it its end. Leases as in the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from accounts.jobs.files import StoredResult
from accounts.jobs.kinds import Outcome, is_known, kind_of
from accounts.jobs.stops import LeaseLost
from accounts.models import Job, JobState
from calcom_portal.common.tenancy import system_scope

# A worker that is not heard of for so long is dead; it tells of itself every few seconds.
LEASE = timedelta(seconds=30)
MOST_ATTEMPTS = 3
KEPT = timedelta(days=14)

UNKNOWN = "This kind of work is no longer known to the portal. Nothing was done."
STOPPED = "It was stopped."
ABANDONED = (
    f"The worker ended in the middle {MOST_ATTEMPTS} times. Tell whoever operates the portal; "
    "it will not be tried again by itself."
)
NOT_AGAIN = (
    "The worker ended in the middle, and this work must not simply be done twice. What was done "
    "before stays done: look at it, then start the rest again."
)


@dataclass(frozen=True, slots=True)
class Lease:
    """A job that is ours for now."""

    job: Job
    token: UUID


def take_job() -> Lease | None:
    """Take the next job that nobody works on; None when there is none.

    Providers whose jobs run already wait behind those who have none. What may not go on (no such
    kind, died too often, stopped meanwhile) gets its end here.
    """
    with system_scope("find long work to do") as scope:
        running = Job.objects.filter(provider_id=OuterRef("provider_id"), lease_until__gt=scope.now)
        counted = running.order_by().values("provider_id").annotate(n=Count("*")).values("n")
        waiting = Job.objects.waiting_for_a_worker(scope.now)
        waiting = waiting.annotate(ahead=Coalesce(Subquery(counted), 0)).order_by("ahead", "id")
        for job in waiting.select_for_update(skip_locked=True, of=("self",))[:20]:
            if state_and_words := _refusal(job):
                _end(job, scope.now, *state_and_words)
                continue
            return _mark(job, scope.now)
    return None


def keep(lease: Lease, *, step: str, done: int, total: int) -> bool:
    """Stay the owner for another while and tell how far it is; return whether to stop.

    Raises LeaseLost.
    """
    with system_scope("tell how a job goes") as scope:
        mine = _mine(lease)
        told = mine.update(
            step=step[:160],
            done_count=done,
            total_count=total,
            lease_until=scope.now + LEASE,
            moved_at=scope.now,
        )
        if not told:
            raise LeaseLost(lease.job.title)
        is_stop_asked: bool = mine.filter(stop_asked_at__isnull=False).exists()
        return is_stop_asked


def finish(lease: Lease, outcome: Outcome, result: StoredResult | None) -> None:
    """Write down the success, in the transaction that is open. Raises LeaseLost."""
    changes: dict[str, Any] = {
        "outcome": {"text": outcome.text, "url": outcome.url, "facts": dict(outcome.facts)},
        "error": "",
    }
    if result is not None:
        changes |= {"file_name": result.name, "file_key": result.key, "file_size": result.size}
    _settle(lease, JobState.DONE, changes)


def give_up(lease: Lease, state: JobState, words: str) -> None:
    """Write down that it ended without success. Raises LeaseLost."""
    _settle(lease, state, {"error": words[:500]})


def _settle(lease: Lease, state: JobState, changes: dict[str, Any]) -> None:
    with system_scope("write down how a job ended") as scope:
        settled = _mine(lease).update(
            state=state.value,
            lease_token=None,
            lease_until=None,
            finished_at=scope.now,
            moved_at=scope.now,
            expires_at=scope.now + KEPT,
            **changes,
        )
    if not settled:
        raise LeaseLost(lease.job.title)


def _mine(lease: Lease) -> Any:
    return Job.objects.filter(
        pk=lease.job.pk, state=JobState.RUNNING.value, lease_token=lease.token
    )


def _refusal(job: Job) -> tuple[JobState, str] | None:
    if job.stop_asked_at is not None:
        return JobState.STOPPED, STOPPED
    if not is_known(job.kind):
        return JobState.FAILED, UNKNOWN
    if job.attempts and not kind_of(job.kind).may_rerun:
        return JobState.FAILED, NOT_AGAIN
    if job.attempts >= MOST_ATTEMPTS:
        return JobState.FAILED, ABANDONED
    return None


def _end(job: Job, now: Any, state: JobState, words: str) -> None:
    job.state, job.error = state.value, words
    job.finished_at = job.moved_at = now
    job.expires_at, job.lease_token, job.lease_until = now + KEPT, None, None
    job.save(
        update_fields=[
            *("state", "error", "finished_at", "moved_at"),
            *("expires_at", "lease_token", "lease_until"),
        ]
    )


def _mark(job: Job, now: Any) -> Lease:
    lease = Lease(job, uuid4())
    job.state, job.attempts = JobState.RUNNING.value, job.attempts + 1
    job.lease_token, job.lease_until = lease.token, now + LEASE
    job.started_at, job.moved_at = job.started_at or now, now
    job.save(
        update_fields=[
            *("state", "attempts", "lease_token", "lease_until", "started_at", "moved_at")
        ]
    )
    return lease
