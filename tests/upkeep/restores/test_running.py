"""A worker takes a restore to its end, however it goes, and whenever workers die."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from accounts.models import AuditEntry
from calcom_portal.common.tenancy import system_scope
from monitoring.models import Maintenance
from notifications.models import Notice
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.upkeep.restores.system import NEW, OLD, PaperSystem, is_whole
from tests.upkeep.restores.world import (
    again,
    confirmed,
    is_running,
    plan_with_way,
    steps_of,
    stored_backup,
    take_safety_backups,
)
from upkeep.actions.resume_restore import resume_restore
from upkeep.drivers.giving import GIVERS
from upkeep.models import Backup, BackupState, Restore, RestoreState
from upkeep.restores import holding
from upkeep.restores.words import ended_words
from upkeep.sweeps import run_restores as runner
from upkeep.sweeps.run_restores import run_restores

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
BeforeSwap = ["check", "safety", "stage", "stop"]


@pytest.fixture
def clock(database_time: DatabaseTime) -> Callable[[timedelta], datetime]:
    """Let the time pass by an amount."""
    now = database_time.set(MONDAY)

    def passing(amount: timedelta) -> datetime:
        nonlocal now
        now = database_time.set(now + amount)
        return now

    return passing


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PaperSystem:
    made = PaperSystem(tmp_path / "system.json")
    monkeypatch.setitem(GIVERS, "ssh", made)
    return made


@pytest.fixture
def backup(cast: Cast) -> Backup:
    plan_with_way(cast.phone_system)
    return stored_backup(cast.phone_system)


def go_on(
    restore: Restore,
    clock: Callable[[timedelta], datetime],
    safety: BackupState = BackupState.STORED,
    most: int = 120,
) -> Restore:
    """Let workers and the keeper work until it has ended."""
    for _ in range(most):
        run_restores()
        take_safety_backups(safety)
        if not is_running(restore):
            return again(restore)
        clock(timedelta(seconds=15))
    raise AssertionError(steps_of(restore)[-10:])


def test_a_system_is_given_back_what_it_had(
    cast: Cast, system: PaperSystem, backup: Backup, clock: Callable[[timedelta], datetime]
) -> None:
    restore = go_on(confirmed(backup, cast.dana, cast.marco), clock)
    assert restore.state == RestoreState.RESTORED
    assert is_whole(system, NEW)
    done = [code for code, outcome in steps_of(restore) if outcome == "done"]
    assert done == [*BeforeSwap, "swap", "start", "verify", "tidy"]
    assert restore.took_seconds == 45
    assert restore.safety_backup is not None
    assert restore.safety_backup.trigger == "safety"


def test_its_outage_is_planned_work_that_ends_with_it(
    cast: Cast, system: PaperSystem, backup: Backup, clock: Callable[[timedelta], datetime]
) -> None:
    go_on(confirmed(backup, cast.dana, cast.marco), clock)
    with system_scope("a test"):
        work = Maintenance.objects.get()
    assert (work.title, work.device_id) == ("Restoring a backup", cast.phone_system.pk)
    assert work.cancelled_at is not None


def test_who_asked_and_who_confirmed_are_told_how_it_ended(
    cast: Cast, system: PaperSystem, backup: Backup, clock: Callable[[timedelta], datetime]
) -> None:
    restore = go_on(confirmed(backup, cast.dana, cast.marco), clock)
    with system_scope("a test"):
        told = Notice.objects.filter(kind="restore_ended").order_by("recipient")
        people = set(told.values_list("recipient", flat=True))
        sentence = told[0].payload["sentence"]
        acts = AuditEntry.objects.filter(action__startswith="restore.").order_by("number")
        recorded = list(acts.values_list("action", flat=True))
    assert people == {cast.dana.membership_id, cast.marco.membership_id}
    assert sentence == (
        "Main phone system was restored from a backup within 45 seconds, and works as it did then."
    )
    assert recorded == ["restore.prepared", "restore.confirmed", "restore.ended"]
    assert restore.problem == ""


@pytest.mark.parametrize(
    ("failing", "state", "content"),
    [
        ("stage", RestoreState.FAILED, OLD),
        ("stop", RestoreState.SWAPPED_BACK, OLD),
        ("swap", RestoreState.SWAPPED_BACK, OLD),
        ("clear", RestoreState.RESTORED, NEW),
    ],
)
def test_a_step_that_fails_leads_back(
    cast: Cast,
    system: PaperSystem,
    backup: Backup,
    clock: Callable[[timedelta], datetime],
    failing: str,
    state: RestoreState,
    content: str,
) -> None:
    system.failing = frozenset({failing})
    restore = confirmed(backup, cast.dana, cast.marco)
    restore = go_on(restore, clock)
    assert restore.state == state
    assert system.now["live"] == {"files": content, "tables": content}
    assert system.now["is_running"]
    if content == OLD:
        assert restore.problem == f"It did not {failing}."


def test_a_system_that_is_not_as_it_was_is_put_back_after_ten_minutes(
    cast: Cast, system: PaperSystem, backup: Backup, clock: Callable[[timedelta], datetime]
) -> None:
    with system_scope("a test"):
        Backup.objects.filter(pk=backup.pk).update(baseline={"table:a.t": "another"})
    restore = go_on(confirmed(backup, cast.dana, cast.marco), clock)
    assert restore.state == RestoreState.SWAPPED_BACK
    assert restore.problem == "The table a.t differs."
    assert is_whole(system, OLD)
    with system_scope("a test"):
        waited = restore.steps.filter(code="verify").order_by("number")
        assert list(waited.values_list("outcome", flat=True)) == ["began", "waits", "failed"]
        assert waited[2].at - waited[1].at >= timedelta(minutes=10)


def test_without_a_safety_backup_nothing_is_changed(
    cast: Cast, system: PaperSystem, backup: Backup, clock: Callable[[timedelta], datetime]
) -> None:
    restore = go_on(confirmed(backup, cast.dana, cast.marco), clock, BackupState.FAILED)
    assert restore.state == RestoreState.FAILED
    assert restore.problem == (
        "The present state could not be backed up: The dump of the database a failed. If nothing is"
        " left to save, prepare the restore again and say so."
    )
    assert set(system.calls) == {"look"}


def test_a_system_too_broken_for_a_safety_backup_is_restored_where_that_was_agreed(
    cast: Cast, system: PaperSystem, backup: Backup, clock: Callable[[timedelta], datetime]
) -> None:
    restore = confirmed(backup, cast.dana, cast.marco, without_safety=True)
    restore = go_on(restore, clock, BackupState.FAILED)
    assert (restore.state, restore.saved_nothing) == (RestoreState.RESTORED, True)
    assert is_whole(system, NEW)
    with system_scope("a test"):
        told = restore.steps.get(code="safety", outcome="done")
        assert told.facts == {"saved_nothing": True}
    assert told.words == "There is none, as was agreed: The dump of the database a failed."
    assert ended_words(restore).endswith(
        "No backup of its state before could be taken: nothing was left to save, as was confirmed."
    )


def test_where_a_safety_backup_could_be_taken_after_all_nothing_is_said_to_be_lost(
    cast: Cast, system: PaperSystem, backup: Backup, clock: Callable[[timedelta], datetime]
) -> None:
    restore = go_on(confirmed(backup, cast.dana, cast.marco, without_safety=True), clock)
    assert (restore.state, restore.saved_nothing) == (RestoreState.RESTORED, False)


def test_nothing_is_stopped_once_the_agreed_time_is_over(
    cast: Cast, system: PaperSystem, backup: Backup, clock: Callable[[timedelta], datetime]
) -> None:
    ends_by = clock(timedelta(0)) + timedelta(minutes=30)
    restore = confirmed(backup, cast.dana, cast.marco, ends_by=ends_by)
    run_restores()
    run_restores()
    clock(timedelta(minutes=31))
    restore = go_on(restore, clock)
    assert restore.state == RestoreState.SWAPPED_BACK
    assert restore.problem == "The agreed time was over before the service was stopped."
    assert "stop" not in system.calls
    assert is_whole(system, OLD)


def test_it_begins_at_the_agreed_time_and_not_before(
    cast: Cast, system: PaperSystem, backup: Backup, clock: Callable[[timedelta], datetime]
) -> None:
    begins_at = clock(timedelta(0)) + timedelta(hours=3)
    restore = confirmed(
        backup,
        cast.dana,
        cast.marco,
        begins_at=begins_at,
        ends_by=begins_at + timedelta(hours=1),
    )
    clock(timedelta(hours=2, minutes=59))
    run_restores()
    assert steps_of(restore) == []
    clock(timedelta(minutes=1))
    run_restores()
    assert steps_of(restore) == [("check", "began"), ("check", "done")]


def test_a_system_that_cannot_be_put_back_waits_for_a_technician_who_has_it_tried_again(
    cast: Cast, system: PaperSystem, backup: Backup, clock: Callable[[timedelta], datetime]
) -> None:
    system.failing = frozenset({"swap", "swap_back"})
    restore = go_on(confirmed(backup, cast.dana, cast.marco), clock)
    assert restore.state == RestoreState.STUCK
    assert restore.problem == "It did not swap_back."
    with system_scope("a test"):
        assert Notice.objects.filter(kind="restore_stuck", critical=True).exists()
        assert Maintenance.objects.get().cancelled_at is None
    system.failing = frozenset()
    with acting(cast.dana):
        resume_restore(restore=restore, actor=cast.dana)
    restore = go_on(restore, clock)
    assert restore.state == RestoreState.SWAPPED_BACK
    assert is_whole(system, OLD)


class Killed(BaseException):
    """The worker is gone, and wrote nothing down any more."""


def test_a_worker_may_die_at_any_instant_of_any_step(
    cast: Cast,
    system: PaperSystem,
    backup: Backup,
    clock: Callable[[timedelta], datetime],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every worker dies one instant later than the one before it."""
    told, instants, deaths = holding.tell, 0, 0

    def tick() -> None:
        nonlocal instants
        instants += 1
        if instants > deaths:
            raise Killed

    def telling(*args: object, **options: object) -> None:
        tick()
        told(*args, **options)  # type: ignore[arg-type]
        tick()

    monkeypatch.setattr(runner, "tell", telling)
    system.tick = tick
    restore = confirmed(backup, cast.dana, cast.marco)
    for _ in range(200):
        instants = 0
        try:
            run_restores()
            take_safety_backups()
            deaths += 1
            clock(timedelta(seconds=1))
        except Killed:
            deaths = (deaths + 1) % 9
            clock(holding.LEASE + timedelta(seconds=1))
        if not is_running(restore):
            break
    restore = again(restore)
    assert restore.state in (RestoreState.RESTORED, RestoreState.SWAPPED_BACK, RestoreState.FAILED)
    assert is_whole(system, NEW if restore.state == RestoreState.RESTORED else OLD)


def test_a_worker_that_lost_its_lease_writes_nothing_more(
    cast: Cast, system: PaperSystem, backup: Backup, clock: Callable[[timedelta], datetime]
) -> None:
    restore = confirmed(backup, cast.dana, cast.marco)
    first = holding.take(restore.pk)
    assert first is not None
    assert holding.take(restore.pk) is None
    clock(holding.LEASE + timedelta(seconds=1))
    second = holding.take(restore.pk)
    assert second is not None
    with pytest.raises(holding.LeaseLost):
        holding.let_go(first, timedelta(0))
    holding.let_go(second, timedelta(0))
