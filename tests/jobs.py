"""Long work in tests: done at once, in the test's own transaction."""

from __future__ import annotations

from accounts.jobs.reporting import SameConnectionReporter
from accounts.jobs.running import run_next_job


def finish_jobs() -> list[int]:
    """Do every job that waits, as a worker would, and return their ids. Outside any scope."""
    done = []
    while (job_id := run_next_job(SameConnectionReporter)) is not None:
        done.append(job_id)
    return done
