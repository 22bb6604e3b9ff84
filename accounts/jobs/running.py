"""Doing the work of jobs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError

from accounts.identity import viewer_of
from accounts.jobs.kinds import JobKind, Outcome, kind_of
from accounts.jobs.leases import Lease, finish, give_up, take_job
from accounts.jobs.reporting import HeartbeatReporter, Reporter
from accounts.jobs.run import JobRun
from accounts.jobs.stops import JobStopped, LeaseLost
from accounts.models import Job, JobState, Membership
from accounts.viewer import Viewer
from calcom_portal.common.errors import NotAllowed, PortalError
from calcom_portal.common.tenancy import system_scope

log = logging.getLogger(__name__)

STOPPED_WHOLE = "It was stopped before the end. Nothing was changed."
STOPPED_IN_PIECES = "It was stopped before the end. What was done until then stays done."
TOO_LONG = "It took longer than the portal allows. Divide it into smaller parts, and start again."
OUR_FAULT = (
    "Something went wrong on our side. Whoever operates the portal can see what; "
    "starting it again does no harm."
)


ReporterOf = Callable[[Lease], Any]


def run_next_job(reporter_of: ReporterOf = HeartbeatReporter) -> int | None:
    """Do the job that has waited longest; return its id, or None when none waits.

    Outside any scope, as far as a worker goes. Whatever happens in it is written down on its row.
    """
    lease = take_job()
    if lease is None:
        return None
    kind = kind_of(lease.job.kind)
    try:
        _work(lease, kind, reporter_of)
    except JobStopped:
        words = STOPPED_IN_PIECES if kind.in_pieces else STOPPED_WHOLE
        _end(lease, JobState.STOPPED, words)
    except PortalError as error:
        _end(lease, JobState.FAILED, f"{error.message} {error.remedy}".strip())
    except SoftTimeLimitExceeded:
        _end(lease, JobState.FAILED, TOO_LONG)
    except LeaseLost:
        log.warning("job.taken_over id=%s kind=%s", lease.job.pk, lease.job.kind)
    except (OperationalError, InterfaceError) as error:
        # The database went away: the lease runs out, and somebody takes the job over.
        log.warning("job.interrupted id=%s error=%s", lease.job.pk, type(error).__name__)
    except Exception:
        log.exception("job.failed id=%s kind=%s", lease.job.pk, lease.job.kind)
        _end(lease, JobState.FAILED, OUR_FAULT)
    return lease.job.pk


def _work(lease: Lease, kind: JobKind, reporter_of: ReporterOf) -> None:
    actor = _owner(lease.job, kind)
    with reporter_of(lease) as reporter:
        run = JobRun(lease, actor, reporter)
        try:
            if kind.in_pieces:
                _close(run, lease, reporter, kind.run(run))
            else:
                with run.scope():
                    # Within the transaction: the work and its success are one fact.
                    _close(run, lease, reporter, kind.run(run))
        except BaseException:
            run.files.discard()
            raise


def _close(run: JobRun, lease: Lease, reporter: Reporter, outcome: Outcome) -> None:
    # A heartbeat would wait for the row that is about to be written, and it for the heartbeat.
    reporter.end()
    finish(lease, outcome, run.files.result)


def _owner(job: Job, kind: JobKind) -> Viewer:
    """Return who asked, as they are now. Raises NotAllowed when they may not any more."""
    with system_scope("find out for whom a job runs"):
        rows = Membership.objects.select_related("provider", "customer")
        membership = rows.filter(pk=job.membership_id, is_active=True).first()
    if membership is None or (membership.customer and not membership.customer.is_active):
        raise NotAllowed("Whoever asked for this no longer has access. Nothing was done.")
    viewer = viewer_of(membership)
    if kind.needs is not None:
        viewer.require(kind.needs)
    return viewer


def _end(lease: Lease, state: JobState, words: str) -> None:
    with suppress(LeaseLost):
        give_up(lease, state, words)
