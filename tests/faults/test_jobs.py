"""A worker that is killed in the middle of long work: done all the same, once, or said so."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from accounts.jobs import start_job
from accounts.jobs.kinds import Outcome, register_job
from accounts.jobs.leases import NOT_AGAIN
from accounts.models import Customer, Job
from calcom_portal.common.tenancy import system_scope
from tests.cast import Cast
from tests.faults.children import kill, running, start, wait_until
from tests.faults.work import ROWS
from tests.stage import acting

pytestmark = pytest.mark.faults


@pytest.fixture
def committed_job(committed_cast: Cast, request: pytest.FixtureRequest) -> tuple[Cast, Job]:
    """Start a job of the kind that the test names."""
    kind: str = request.param
    # The children have their own idea of what it does.
    register_job(kind, lambda run: Outcome(""))
    ruth = committed_cast.ruth
    with acting(ruth):
        return committed_cast, start_job(
            kind=kind, title="A probe", arguments={"prefix": "F"}, actor=ruth
        )


@pytest.mark.parametrize("committed_job", ["fault.slow", "fault.pieces"], indirect=True)
def test_another_worker_takes_over_and_nothing_is_done_twice(
    committed_job: tuple[Cast, Job],
) -> None:
    cast, job = committed_job
    _killed_in_the_middle(job)
    with running("clerk") as second:
        second.wait(120)
    row = _stored(job)
    assert row.outcome is not None
    assert (row.state, row.attempts, row.outcome["text"]) == ("done", 2, f"{ROWS} were written.")
    with acting(cast.ruth):
        assert Customer.objects.filter(name__startswith="F-").count() == ROWS


@pytest.mark.parametrize("committed_job", ["fault.once"], indirect=True)
def test_what_must_not_be_done_twice_is_said_to_have_failed(
    committed_job: tuple[Cast, Job],
) -> None:
    cast, job = committed_job
    _killed_in_the_middle(job)
    with running("clerk") as second:
        second.wait(120)
    assert (_stored(job).state, _stored(job).error) == ("failed", NOT_AGAIN)
    with acting(cast.ruth):
        assert not Customer.objects.filter(name__startswith="F-").exists()


def _killed_in_the_middle(job: Job) -> None:
    child = start("clerk")
    wait_until(lambda: _stored(job).done_count > 3, timedelta(seconds=60))
    time.sleep(0.1)
    assert kill(child)
    assert _stored(job).state == "running"


def _stored(job: Job) -> Job:
    with system_scope("a test looks at a job"):
        found: Job = Job.objects.get(pk=job.pk)
        return found
