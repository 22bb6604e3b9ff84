"""Stop long work."""

from __future__ import annotations

from accounts.audit import record
from accounts.jobs.leases import KEPT
from accounts.models import Job, JobState
from accounts.viewer import Viewer
from calcom_portal.common.errors import NotAllowed, RuleBroken
from calcom_portal.common.tenancy import database_now

NEVER_BEGAN = "It was stopped before it began. Nothing was done."


def stop_job(*, job: Job, actor: Viewer) -> Job:
    """Stop a job: at once when it waits, else at its next step.

    Raises NotAllowed for somebody else's job, RuleBroken when it is over.
    """
    if job.membership_id != actor.membership_id:
        raise NotAllowed("Only whoever started a job can stop it.")
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.is_over:
        raise RuleBroken(f"{job.title} is over and cannot be stopped.")
    now = database_now()
    job.stop_asked_at = job.moved_at = now
    if job.state == JobState.QUEUED:
        job.state, job.error = JobState.STOPPED.value, NEVER_BEGAN
        job.finished_at, job.expires_at = now, now + KEPT
    job.save(
        update_fields=["stop_asked_at", "moved_at", "state", "error", "finished_at", "expires_at"]
    )
    record(actor, "job.stopped", job, id=job.pk, kind=job.kind)
    return job
