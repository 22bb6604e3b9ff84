"""Backups go by the rule of keeping, with their objects; the store is cleared of what is left."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.models import AuditEntry
from accounts.viewer import Viewer
from calcom_portal.common.errors import NotAllowed, RuleBroken
from calcom_portal.common.tenancy import system_scope
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.upkeep.taking import begin_backup, plan_for, take_backup, write_parts
from upkeep.actions.remove_backup import remove_backup
from upkeep.backups.writing import BackupSink
from upkeep.models import (
    Backup,
    BackupState,
    Restore,
    RestoreKind,
    RestoreState,
    StoredObject,
    Trigger,
)
from upkeep.sweeps.keep_backups import keep_backups
from upkeep.sweeps.sweep_store import sweep_store

pytestmark = pytest.mark.django_db
BEGAN = "2026-01-01T10:00:00+00:00"
LITTLE = {"keep_daily": 2, "keep_weekly": 0, "keep_monthly": 0, "keep_yearly": 0}


@pytest.fixture
def shelf(settings: Any) -> Path:
    return Path(settings.BACKUP_STORE)


@pytest.fixture(autouse=True)
def january(database_time: DatabaseTime) -> None:
    database_time.set(BEGAN)


def pass_days(database_time: DatabaseTime, days: float) -> None:
    with system_scope("a test") as scope:
        now = scope.now
    database_time.set(now + timedelta(days=days))


def history(cast: Cast, database_time: DatabaseTime, count: int = 6) -> list[Backup]:
    """Take a backup each ten days, each with a config of its own and the same dump."""
    taken = []
    for number in range(count):
        taken.append(take_backup(cast.phone_system, b"%d" % number))
        pass_days(database_time, 10)
    return taken


def states() -> list[str]:
    with system_scope("a test"):
        return list(Backup.objects.order_by("pk").values_list("state", flat=True))


def files(shelf: Path) -> int:
    return sum(path.is_file() for path in shelf.rglob("[!.]*"))


def test_what_the_rule_asks_for_no_more_goes_with_its_own_objects(
    cast: Cast, shelf: Path, database_time: DatabaseTime
) -> None:
    plan_for(cast.phone_system, **LITTLE)
    history(cast, database_time)
    assert files(shelf) == 6 * 2 + 1
    count = keep_backups()
    assert (count.removed, count.objects) == (3, 6)
    assert states() == ["gone", "gone", "gone", "stored", "stored", "stored"]
    # The firmware is the same in all; the dump, which all share, stays.
    assert files(shelf) == 3 * 2 + 1
    assert keep_backups().removed == 0
    with system_scope("a test"):
        gone = Backup.objects.filter(state=BackupState.GONE.value).order_by("pk")
        assert [bool(one.manifest and one.gone_at and one.gone_why) for one in gone] == [True] * 3
        assert AuditEntry.objects.filter(action="backup.removed").count() == 3
        assert StoredObject.objects.filter(gone_at=None).count() == 3 * 2 + 1


def test_held_ones_those_around_work_and_those_being_restored_stay(
    cast: Cast, database_time: DatabaseTime
) -> None:
    plan_for(cast.phone_system, **LITTLE)
    first, second, third, fourth = history(cast, database_time, 4)
    history(cast, database_time, 4)
    with system_scope("a test") as scope:
        Backup.objects.filter(pk=first.pk).update(held_at=scope.now)
        Backup.objects.filter(pk=second.pk).update(trigger=Trigger.BEFORE_FIRMWARE.value)
        Restore.objects.create(
            provider=cast.calcom,
            customer=cast.bayview,
            device=cast.phone_system,
            backup=third,
            kind=RestoreKind.SYSTEM.value,
            state=RestoreState.PREPARED.value,
            asked_at=scope.now,
        )
    keep_backups()
    assert states()[:4] == ["stored", "stored", "stored", "gone"]
    system = Viewer.system("A test", provider_id=cast.calcom.pk)
    for stays in (first, third, fourth):
        with system_scope("a test"), pytest.raises(RuleBroken):
            remove_backup(backup=stays, why="A test", actor=system)


def test_nobody_removes_a_backup_by_hand(cast: Cast) -> None:
    stored = take_backup(cast.phone_system)
    for person in (cast.ruth, cast.priya, cast.dana):
        with acting(person), pytest.raises(NotAllowed):
            remove_backup(backup=stored, why="I want to", actor=person)
    assert states() == ["stored"]


def test_objects_that_a_dead_worker_left_go_when_its_backup_is_over(
    cast: Cast, shelf: Path
) -> None:
    take_backup(cast.phone_system)
    dead = begin_backup(cast.phone_system)
    write_parts(BackupSink(dead), b"of the first attempt")
    assert sweep_store().orphans == 0
    with system_scope("a test"):
        Backup.objects.filter(pk=dead.pk).update(token="2e" * 16)
        dead = Backup.objects.get(pk=dead.pk)
    second = BackupSink(dead)
    write_parts(second, b"of the second attempt")
    assert (files(shelf), sweep_store().orphans) == (3 + 2 + 2, 2)
    second.finish()
    assert (sweep_store().orphans, states()) == (0, ["stored", "stored"])
    assert files(shelf) == 3 + 2


def test_what_a_removal_could_not_delete_is_swept(
    cast: Cast, shelf: Path, database_time: DatabaseTime
) -> None:
    history(cast, database_time, 5)
    with system_scope("a test"):
        first = Backup.objects.order_by("pk")[0]
        keys = remove_backup(
            backup=first, why="A test", actor=Viewer.system("A test", provider_id=cast.calcom.pk)
        )
    assert files(shelf) == 11
    assert (sweep_store().orphans, len(keys), files(shelf)) == (2, 2, 9)


def test_objects_of_a_backup_that_nobody_knows_are_never_deleted(cast: Cast, shelf: Path) -> None:
    stranger = shelf / "p9/c9/d9/2026/01/01ARZ3NDEKTSV4RRFFQ69G5FAV-0a1b2c3d/config.zst.age"
    stranger.parent.mkdir(parents=True)
    stranger.write_bytes(b"of a database that was lost")
    (shelf / "lost+found").write_bytes(b"")
    take_backup(cast.phone_system)
    count = sweep_store()
    assert (count.orphans, count.unknown, stranger.exists()) == (0, 2, True)
