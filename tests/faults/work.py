"""What the children of the fault tests do."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from django.db import InterfaceError, OperationalError, connection

from accounts.jobs import JobRun, Outcome, register_job
from accounts.jobs.running import run_next_job
from accounts.models import Customer, Job
from calcom_portal.common.tenancy import system_scope
from monitoring.models import Incident, StateChange
from monitoring.sweeps.follow_changes import follow_changes
from notifications.models import Notice
from notifications.sending import send_notices
from tickets.models import Clock
from tickets.sweeps.deadlines import sweep_deadlines
from upkeep.models import Backup, Restore
from upkeep.sweeps.run_restores import run_restores
from upkeep.sweeps.take_backups import take_backups

# Small batches: a kill then hits the middle of the work more often.
BATCH = 100
# What a job of the tests writes: long enough to be killed in the middle of.
ROWS = 100


def sweep() -> None:
    """Sweep until no clock is due."""
    _until_done(lambda: sweep_deadlines(limit=BATCH, budget=timedelta(seconds=2)), clocks_due)


def send() -> None:
    """Send until the outbox is empty."""
    _until_done(lambda: send_notices(limit=20, budget=timedelta(seconds=2)), notices_due)


def follow() -> None:
    """Follow the runner until nothing is left to do."""
    _until_done(lambda: follow_changes(limit=10), changes_left)


def clerk() -> None:
    """Do jobs until none waits or runs."""
    register_job("fault.slow", _slowly)
    register_job("fault.pieces", _in_pieces, in_pieces=True)
    register_job("fault.once", _slowly, may_rerun=False)
    _until_done(run_next_job, jobs_left)


def keep() -> None:
    """Take backups until none waits, and none is being taken."""
    _until_done(take_backups, backups_left)


def backups_left() -> bool:
    """Is any backup not over?"""
    with system_scope("a test counts backups"):
        return Backup.objects.filter(state__in=["waiting", "running"]).exists()


def give_back() -> None:
    """Take restores further, and the backups that they ask for, until none runs."""
    _until_done(lambda: (run_restores(), take_backups()), restores_left)


def restores_left() -> bool:
    """Is any restore running?"""
    with system_scope("a test counts restores"):
        return Restore.objects.filter(state="running").exists()


def _slowly(run: JobRun) -> Outcome:
    for number in range(ROWS):
        _write(run, number)
        run.step("Writing", number + 1, ROWS)
        time.sleep(0.02)
    return Outcome(f"{ROWS} were written.")


def _in_pieces(run: JobRun) -> Outcome:
    for number in range(run.checkpoint.get("next", 0), ROWS):
        with run.piece(next=number + 1):
            _write(run, number)
        run.step("Writing", number + 1, ROWS)
        time.sleep(0.02)
    return Outcome(f"{ROWS} were written.")


def _write(run: JobRun, number: int) -> None:
    name = f"{run.arguments['prefix']}-{number}"
    Customer.objects.create(provider_id=run.actor.provider_id, name=name, number=name)


def jobs_left() -> bool:
    """Is any job not over?"""
    with system_scope("a test counts jobs"):
        return Job.objects.unfinished().exists()


def clocks_due() -> bool:
    """Is any clock left to decide?"""
    with system_scope("a test counts what is due") as scope:
        return Clock.objects.filter(next_at__lt=scope.now).exists()


def changes_left() -> bool:
    """Is any change of a check left to follow, or any incident to look at?"""
    with system_scope("a test counts what is left") as scope:
        changes = StateChange.objects.filter(handled_at=None)
        looks = Incident.objects.open().filter(look_at__lte=scope.now)
        return changes.exists() or looks.exists()


def notices_due() -> bool:
    """Is any notice left to send?"""
    with system_scope("a test counts what is owed"):
        return Notice.objects.exclude(state__in=["sent", "dead", "muted"]).exists()


def _until_done(act: Callable[[], object], is_left: Callable[[], bool]) -> None:
    while True:
        try:
            act()
            if not is_left():
                return
        except (OperationalError, InterfaceError):
            connection.close()
        time.sleep(0.02)


ROLES: dict[str, Callable[[], None]] = {
    "sweep": sweep,
    "send": send,
    "clerk": clerk,
    "follow": follow,
    "keep": keep,
    "give_back": give_back,
}
