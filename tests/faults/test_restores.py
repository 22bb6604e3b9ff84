"""Workers killed in every step of a restore: it ends well, or goes back, or says where it stands.

The system is one on paper, in a file: `tests/lab/test_kills.py` has a real one.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from django.conf import settings

from calcom_portal.common.tenancy import system_scope
from monitoring.models import Maintenance
from notifications.models import Notice
from tests.cast import Cast
from tests.faults.restorers import ROUTES, STEPS, Place, after_the_first_effect, killed_worker
from tests.stage import acting
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
from upkeep.actions.start_rehearsal import start_rehearsal
from upkeep.drivers.giving import GIVERS
from upkeep.models import Backup, Level, Restore, RestoreKind, RestoreState
from upkeep.restores import on_system
from upkeep.restores.facts import facts_of
from upkeep.restores.steps import (
    FORWARD,
    RULES,
    Do,
    End,
    Step,
    next_move,
    outcome_of,
    stuck_at,
)
from upkeep.sweeps.run_restores import run_restores

pytestmark = pytest.mark.faults
MOST_CALLS = 80


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PaperSystem:
    made = PaperSystem(tmp_path / "system.json")
    monkeypatch.setitem(GIVERS, "ssh", made)
    # What is not as it was then is not as it was at once.
    monkeypatch.setattr(on_system, "VERIFY_PATIENCE", on_system.VERIFY_AGAIN * 0)
    return made


def begun(cast: Cast, kind: str, step: Step) -> Restore:
    """Begin a restore that comes to this step."""
    plan_with_way(cast.phone_system)
    backup = stored_backup(cast.phone_system, with_database=kind == RestoreKind.SYSTEM)
    if step not in FORWARD[kind]:
        # It will not be like this, and is put back.
        with system_scope("a test"):
            Backup.objects.filter(pk=backup.pk).update(baseline={"table:a.t": "another"})
    if kind == RestoreKind.SYSTEM:
        return confirmed(backup, cast.dana, cast.marco)
    with acting(cast.dana):
        return start_rehearsal(device=cast.phone_system, actor=cast.dana)


def next_of(restore: Restore) -> object:
    with system_scope("a test"):
        return next_move(restore.kind, facts_of(restore))


def time_passes(restore: Restore) -> None:
    """End the lease of a dead worker, and the wait of one that waits."""
    with system_scope("a test") as scope:
        Restore.objects.filter(pk=restore.pk, state="running").update(look_at=scope.now)


def go_on(restore: Restore, until: Step | None = None) -> Restore:
    """Let workers that live work until a step is next, or to the end."""
    for _ in range(MOST_CALLS):
        time_passes(restore)
        match next_of(restore):
            case Do(step) if step is until:
                return again(restore)
        run_restores()
        take_safety_backups()
        if not is_running(restore):
            return again(restore)
    raise AssertionError(steps_of(restore)[-10:])


def assert_ended_well(restore: Restore, step: Step, system: PaperSystem) -> None:
    if step in FORWARD[restore.kind]:
        assert (restore.state, restore.problem) == (RestoreState.RESTORED, "")
    else:
        assert restore.state == RestoreState.SWAPPED_BACK
        assert restore.problem == "The table a.t differs."
    if restore.kind == RestoreKind.REHEARSAL:
        assert is_whole(system, OLD)
        assert list(Path(settings.REHEARSALS_DIR).iterdir()) == []
        with system_scope("a test"):
            assert Backup.objects.get(pk=restore.backup_id).level == Level.PROVEN
        return
    assert is_whole(system, NEW if restore.state == RestoreState.RESTORED else OLD)
    with system_scope("a test"):
        # A second worker plans no second outage, and has no second backup taken.
        assert Maintenance.objects.get().cancelled_at is not None
        assert Backup.objects.filter(trigger="safety").count() == 1


@pytest.mark.parametrize("place", Place)
@pytest.mark.parametrize(("kind", "way"), [route for route, steps in ROUTES.items() if steps])
def test_a_restore_ends_well_though_a_worker_is_killed_in_every_step(
    committed_cast: Cast, system: PaperSystem, kind: str, way: str, place: Place
) -> None:
    steps = ROUTES[kind, way]
    restore = begun(committed_cast, kind, steps[0])
    for step in steps:
        go_on(restore, until=step)
        killed_worker(kind, step, place, partial(after_the_first_effect, system))
        assert is_running(restore)
        known = steps_of(restore)
        if place is not Place.TOLD:
            # Until the lease of the dead one is over nobody goes on.
            run_restores()
        assert steps_of(restore) == known
    assert_ended_well(go_on(restore), steps[0], system)


@pytest.mark.parametrize(("kind", "step"), STEPS)
def test_a_step_in_which_every_worker_dies_is_given_up_and_named(
    committed_cast: Cast, system: PaperSystem, kind: str, step: Step
) -> None:
    restore = begun(committed_cast, kind, step)
    go_on(restore, until=step)
    for _ in range(RULES[step].attempts):
        killed_worker(kind, step, Place.HALF, partial(after_the_first_effect, system))
        time_passes(restore)
    restore = go_on(restore)
    with system_scope("a test"):
        facts = facts_of(restore)
    words = f"{RULES[step].attempts} workers ended in the middle of it."
    assert str(outcome_of(step, facts)) == "failed"
    if RULES[step].is_optional:
        assert restore.state in (RestoreState.RESTORED, RestoreState.SWAPPED_BACK)
        return
    assert (restore.state, restore.problem) == (RULES[step].end.value, words)
    if RULES[step].end is not End.STUCK:
        assert is_whole(system, OLD)
        return
    assert stuck_at(kind, facts) is step
    with system_scope("a test"):
        told = Notice.objects.filter(kind="restore_stuck", critical=True)
        assert told.exists()
        # The outage goes on.
        assert Maintenance.objects.get().cancelled_at is None
    with acting(committed_cast.dana):
        resume_restore(restore=restore, actor=committed_cast.dana)
    assert go_on(restore).state == RestoreState.SWAPPED_BACK
    assert is_whole(system, OLD)
