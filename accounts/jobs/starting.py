"""Ask for long work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.audit import record
from accounts.jobs.kinds import kind_of
from accounts.models import Job, JobState
from accounts.viewer import Viewer
from calcom_portal.common.errors import NotAllowed, RuleBroken
from calcom_portal.common.tenancy import database_now
from calcom_portal.common.wakeup import wake

MOST_AT_ONCE = 5


def start_job(
    *,
    kind: str,
    title: str,
    arguments: Mapping[str, Any],
    actor: Viewer,
    customer_id: int | None = None,
) -> Job:
    """Put a job on the list of its owner; a worker takes it up within seconds.

    `customer_id` says whom it is about; for a customer's own people it is their company. Raises
    NotAllowed when the actor may not do such work or is no person, RuleBroken when five of
    theirs wait already.
    """
    if (needed := kind_of(kind).needs) is not None:
        actor.require(needed)
    if actor.membership_id is None:
        raise NotAllowed(f"{actor.name} is not a person and cannot own a job.")
    if Job.objects.of_person(actor.membership_id).unfinished().count() >= MOST_AT_ONCE:
        raise RuleBroken(
            f"{MOST_AT_ONCE} of your jobs are waiting or running already.",
            remedy="Wait for one of them to end, or stop one.",
        )
    now = database_now()
    job: Job = Job.objects.create(
        provider_id=actor.provider_id,
        customer_id=actor.customer_id or customer_id,
        membership_id=actor.membership_id,
        by_staff=not actor.is_customer,
        kind=kind,
        title=title[:160],
        state=JobState.QUEUED.value,
        arguments=dict(arguments),
        created_at=now,
        moved_at=now,
    )
    record(actor, "job.started", job, id=job.pk, kind=kind)
    wake("accounts.run_jobs")
    return job
