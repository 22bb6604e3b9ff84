"""Long work: done once, told truly, and never lost."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.capabilities import Capability
from accounts.jobs import JobRun, Outcome, kinds, register_job, start_job, stop_job
from accounts.jobs.files import path_of
from accounts.jobs.leases import ABANDONED, LEASE, NOT_AGAIN, take_job
from accounts.jobs.running import OUR_FAULT, STOPPED_WHOLE
from accounts.models import AuditEntry, Customer, Job, JobState, Membership
from accounts.tasks import run_jobs
from accounts.tidying import forget_jobs
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from calcom_portal.common.tenancy import current_scope, system_scope
from tests.builders import build_customer
from tests.cast import Cast
from tests.jobs import finish_jobs
from tests.stage import DatabaseTime, acting, browser_of

Register = Callable[..., None]


@pytest.fixture
def register() -> Iterator[Register]:
    """Let a test register kinds of its own."""
    before = dict(kinds._kinds)
    yield register_job
    kinds._kinds.clear()
    kinds._kinds.update(before)


def started(actor: Viewer, kind: str = "probe", **arguments: Any) -> Job:
    with acting(actor):
        return start_job(kind=kind, title="A probe", arguments=arguments, actor=actor)


def stored(job: Job) -> Job:
    with system_scope("a test looks at a job"):
        found: Job = Job.objects.get(pk=job.pk)
        return found


def add_customer(run: JobRun) -> Outcome:
    build = Customer(provider_id=run.actor.provider_id, name="New", number=run.arguments["number"])
    build.save()
    run.step("Writing customers", 1, 2)
    return Outcome("One customer was added.", url="/customers/", facts={"id": build.pk})


def test_a_job_works_for_its_owner_and_says_what_came_of_it(cast: Cast, register: Register) -> None:
    seen: list[Any] = []

    def work(run: JobRun) -> Outcome:
        seen.append((run.actor.membership_id, current_scope().provider_id, dict(run.arguments)))
        return add_customer(run)

    register("probe", work, needs=Capability.MANAGE_CUSTOMERS)
    job = started(cast.ruth, number="N-1")
    assert finish_jobs() == [job.pk]
    job = stored(job)
    assert seen == [(cast.ruth.membership_id, cast.calcom.pk, {"number": "N-1"})]
    assert (job.state, job.step, job.done_count, job.total_count) == (
        *("done", "Writing customers", 1, 2),
    )
    assert job.outcome is not None
    assert job.outcome["text"] == "One customer was added."
    with acting(cast.ruth):
        assert Customer.objects.get(number="N-1").pk == job.outcome["facts"]["id"]
        assert AuditEntry.objects.filter(action="job.started").count() == 1


def test_a_customers_job_runs_in_the_customers_scope(cast: Cast, register: Register) -> None:
    scopes = []

    def work(run: JobRun) -> Outcome:
        scopes.append(current_scope().customer_id)
        return Outcome("Done.")

    register("probe", work)
    started(cast.elena)
    finish_jobs()
    assert scopes == [cast.bayview.pk]


def test_it_needs_the_right_when_it_is_started_and_again_when_it_runs(
    cast: Cast, register: Register
) -> None:
    register("probe", add_customer, needs=Capability.MANAGE_CUSTOMERS)
    with pytest.raises(NotAllowed):
        started(cast.dana, number="N-1")
    job = started(cast.ruth, number="N-1")
    with acting(cast.nils), system_scope("a test takes a right away"):
        Membership.objects.filter(pk=cast.ruth.membership_id or 0).update(role="technician")
    finish_jobs()
    assert stored(job).state == JobState.FAILED
    assert "may not manage customers" in stored(job).error
    with acting(cast.priya):
        assert not Customer.objects.filter(number="N-1").exists()


def test_whoever_lost_access_gets_nothing_done(cast: Cast, register: Register) -> None:
    register("probe", add_customer)
    job = started(cast.ruth, number="N-1")
    with system_scope("a test ends a membership"):
        Membership.objects.filter(pk=cast.ruth.membership_id or 0).update(is_active=False)
    finish_jobs()
    assert stored(job).error == "Whoever asked for this no longer has access. Nothing was done."


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            BadInput("Row 7 has no serial.", field="file", remedy="Add it."),
            "Row 7 has no serial. Add it.",
        ),
        (ZeroDivisionError("division by zero"), OUR_FAULT),
    ],
)
def test_a_failure_undoes_the_work_and_is_told_in_words(
    cast: Cast, register: Register, error: Exception, words: str
) -> None:
    def work(run: JobRun) -> Outcome:
        add_customer(run)
        with run.write_file("half.csv") as target:
            target.write(b"half")
        raise error

    register("probe", work)
    job = started(cast.ruth, number="N-1")
    finish_jobs()
    assert (stored(job).state, stored(job).error) == ("failed", words)
    with acting(cast.ruth):
        assert not Customer.objects.filter(number="N-1").exists()


def test_the_result_is_its_owners_and_the_administrators(
    cast: Cast, register: Register, settings: Any
) -> None:
    def work(run: JobRun) -> Outcome:
        with run.write_file("our ‘list’.csv") as target:
            target.write(b"<script>alert(1)</script>")
        return Outcome("Written.")

    register("probe", work)
    job = started(cast.elena)
    finish_jobs()
    url = f"/jobs/{job.pk}/file/"
    answer = browser_of(cast.elena).get(url)
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert [path.stat().st_mode & 0o777 for path in Path(settings.JOBS_DIR).iterdir()] == [0o600]
    assert browser_of(cast.ruth).get(url).status_code == 200
    for stranger in (cast.amit, cast.sam, cast.dana, cast.nils, cast.kim):
        assert browser_of(stranger).get(url).status_code == 404, stranger.name


def test_what_staff_do_about_a_customer_is_not_the_customers_to_see(
    cast: Cast, register: Register
) -> None:
    register("probe", lambda run: Outcome("Done."))
    with acting(cast.ruth):
        job = start_job(
            kind="probe",
            title="Take-out",
            arguments={},
            actor=cast.ruth,
            customer_id=cast.bayview.pk,
        )
    with acting(cast.amit):
        assert not Job.objects.filter(pk=job.pk).exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM accounts_job")
            assert cursor.fetchone() == (0,)


def test_a_waiting_job_is_stopped_at_once_and_never_begins(cast: Cast, register: Register) -> None:
    register("probe", add_customer)
    job = started(cast.ruth, number="N-1")
    answer = browser_of(cast.ruth).post(f"/jobs/{job.pk}/stop/")
    assert answer.status_code == 303
    assert finish_jobs() == []
    assert (stored(job).state, "Nothing was done" in stored(job).error) == ("stopped", True)
    with acting(cast.ruth), pytest.raises(RuleBroken, match="is over"):
        stop_job(job=job, actor=cast.ruth)


def test_a_running_job_stops_at_its_next_step_and_leaves_nothing(
    cast: Cast, register: Register
) -> None:
    def work(run: JobRun) -> Outcome:
        add_customer(run)
        stop_job(job=run.job, actor=run.actor)
        run.step("Too far", 2, 2)
        return Outcome("Never said.")

    register("probe", work)
    job = started(cast.ruth, number="N-1")
    finish_jobs()
    # The stop itself was part of the work's transaction here, and went with it.
    assert (stored(job).state, stored(job).error) == ("stopped", STOPPED_WHOLE)
    with acting(cast.ruth):
        assert not Customer.objects.filter(number="N-1").exists()


def test_nobody_else_can_stop_it(cast: Cast, register: Register) -> None:
    register("probe", add_customer)
    job = started(cast.priya, number="N-1")
    with acting(cast.ruth), pytest.raises(NotAllowed):
        stop_job(job=job, actor=cast.ruth)


def test_five_may_wait_and_a_sixth_is_refused(cast: Cast, register: Register) -> None:
    register("probe", lambda run: Outcome("Done."))
    for _ in range(5):
        started(cast.ruth)
    with pytest.raises(RuleBroken, match="5 of your jobs"):
        started(cast.ruth)
    started(cast.priya)


def test_a_provider_with_nothing_running_goes_first(cast: Cast, register: Register) -> None:
    register("probe", lambda run: Outcome("Done."))
    started(cast.ruth)
    started(cast.ruth)
    rival = started(cast.nils)
    taken = [take_job(), take_job()]
    assert [lease.job.provider_id for lease in taken if lease] == [
        cast.calcom.pk,
        cast.northline.pk,
    ]
    assert taken[1] is not None
    assert taken[1].job.pk == rival.pk


def test_a_dead_workers_job_is_taken_over_only_when_its_lease_has_run_out(
    cast: Cast, register: Register, database_time: DatabaseTime
) -> None:
    register("probe", lambda run: Outcome("Done."))
    now = database_time.set("2026-11-02T10:00:00-08:00")
    job = started(cast.ruth)
    assert take_job() is not None
    database_time.set(now + LEASE)
    assert finish_jobs() == []
    database_time.set(now + LEASE + timedelta(seconds=1))
    assert finish_jobs() == [job.pk]
    assert (stored(job).state, stored(job).attempts) == ("done", 2)


def test_what_kills_three_workers_is_given_up(
    cast: Cast, register: Register, database_time: DatabaseTime
) -> None:
    register("probe", lambda run: Outcome("Done."))
    now = database_time.set("2026-11-02T10:00:00-08:00")
    job = started(cast.ruth)
    for minute in range(3):
        database_time.set(now + timedelta(minutes=minute))
        assert take_job() is not None
    database_time.set(now + timedelta(minutes=4))
    assert finish_jobs() == []
    assert (stored(job).state, stored(job).error) == ("failed", ABANDONED)


def test_what_may_not_be_done_twice_fails_in_words_after_a_death(
    cast: Cast, register: Register, database_time: DatabaseTime
) -> None:
    register("probe", lambda run: Outcome("Done."), may_rerun=False)
    now = database_time.set("2026-11-02T10:00:00-08:00")
    job = started(cast.ruth)
    assert take_job() is not None
    database_time.set(now + timedelta(minutes=1))
    assert finish_jobs() == []
    assert (stored(job).state, stored(job).error) == ("failed", NOT_AGAIN)


def test_work_in_pieces_goes_on_after_the_last_committed_piece(
    cast: Cast, register: Register, database_time: DatabaseTime
) -> None:
    pieces: list[int] = []

    def work(run: JobRun) -> Outcome:
        for number in range(run.checkpoint.get("number", 0) + 1, 4):
            with run.piece(number=number):
                if number == 2 and run.job.attempts == 1:
                    raise KeyboardInterrupt
                pieces.append(number)
        return Outcome("Three pieces.")

    register("probe", work, in_pieces=True)
    now = database_time.set("2026-11-02T10:00:00-08:00")
    job = started(cast.ruth)
    with pytest.raises(KeyboardInterrupt):
        finish_jobs()
    database_time.set(now + timedelta(minutes=1))
    finish_jobs()
    assert (pieces, stored(job).state) == ([1, 2, 3], "done")


def test_the_page_shows_the_progress_and_answers_304_while_nothing_moves(
    cast: Cast, register: Register
) -> None:
    register("probe", add_customer)
    job = started(cast.ruth, number="N-1")
    browser = browser_of(cast.ruth)
    assert "Waits for its turn" in browser.get(f"/jobs/{job.pk}/").content.decode()
    first = browser.get(f"/jobs/{job.pk}/live/")
    same = browser.get(f"/jobs/{job.pk}/live/", headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, same.status_code) == (200, 304)
    finish_jobs()
    changed = browser.get(f"/jobs/{job.pk}/live/", headers={"If-None-Match": first["ETag"]})
    assert "One customer was added." in changed.content.decode()
    assert "A probe" in browser.get("/jobs/").content.decode()
    assert "A probe" not in browser_of(cast.priya).get("/jobs/").content.decode()


def test_the_list_asks_as_much_for_fifty_as_for_one(cast: Cast, register: Register) -> None:
    register("probe", lambda run: Outcome("Done."))
    browser = browser_of(cast.ruth)
    started(cast.ruth)
    finish_jobs()
    browser.get("/jobs/")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            browser.get("/jobs/")
        counts.append(len(queries))
        for _ in range(10):
            started(cast.ruth)
            finish_jobs()
    assert counts[0] == counts[1] <= 8


def test_two_weeks_later_the_job_and_its_file_are_gone(
    cast: Cast, register: Register, database_time: DatabaseTime
) -> None:
    def work(run: JobRun) -> Outcome:
        with run.write_file("list.csv") as target:
            target.write(b"1")
        return Outcome("Written.")

    register("probe", work)
    now = database_time.set("2026-11-02T10:00:00-08:00")
    job = started(cast.ruth)
    finish_jobs()
    path = path_of(stored(job).file_key)
    database_time.set(now + timedelta(days=13))
    assert (forget_jobs(), path.exists()) == (0, True)
    database_time.set(now + timedelta(days=15))
    assert (forget_jobs(), path.exists()) == (1, False)


def test_files_that_belong_to_no_job_are_removed_after_a_day(cast: Cast, settings: Any) -> None:
    folder = Path(settings.JOBS_DIR)
    folder.mkdir(parents=True)
    (folder / "left").write_bytes(b"x")
    forget_jobs()
    assert (folder / "left").exists()
    os.utime(folder / "left", (1, 1))
    forget_jobs()
    assert not (folder / "left").exists()


def test_the_workers_task_does_one_and_tells_which(
    committed_cast: Cast, register: Register
) -> None:
    register("probe", add_customer)
    job = started(committed_cast.ruth, number="N-1")
    assert run_jobs() == job.pk
    assert run_jobs() is None
    assert stored(job).state == "done"


def test_people_see_the_progress_of_work_that_is_not_committed(
    committed_cast: Cast, register: Register
) -> None:
    told: list[dict[str, Any]] = []
    page = browser_of(committed_cast.ruth)

    def work(run: JobRun) -> Outcome:
        build_customer(committed_cast.calcom, "Half")
        for number in range(1, 40):
            run.step("Counting", number, 40)
            if number % 13 == 0:
                told.append(_seen_from_outside(run.job.pk))
        return Outcome("Counted.")

    register("probe", work)
    started(committed_cast.ruth)
    run_jobs()
    assert told[-1]["step"] == "Counting"
    assert page.get("/jobs/").status_code == 200


def _seen_from_outside(job_id: int) -> dict[str, Any]:
    """Return the row as another connection sees it, once the heartbeat has told of it."""
    row: dict[str, Any] = {}

    def look() -> None:
        try:
            for _ in range(60):
                with system_scope("a test looks from outside"):
                    found = Job.objects.filter(pk=job_id).values("step", "done_count").get()
                if found["step"]:
                    break
                time.sleep(0.1)
            row.update(found)
        finally:
            connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    return row
