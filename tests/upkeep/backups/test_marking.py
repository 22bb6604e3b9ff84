"""The store is known by its mark: an empty place where its disk was is never written to."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from calcom_portal.common.tenancy import system_scope
from notifications.models import OperatorAlarm
from tests.cast import Cast
from tests.stage import DatabaseTime
from tests.upkeep.taking import begin_backup, take_backup
from upkeep.backups.erasing import erase_backups
from upkeep.backups.marking import ready_store
from upkeep.backups.writing import BackupSink
from upkeep.models import StoreMark
from upkeep.store.errors import StoreUnavailable
from upkeep.store.objects import MARK
from upkeep.sweeps.sweep_store import StoreCount, sweep_store
from upkeep.sweeps.verify_objects import verify_objects

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(settings: Any) -> Path:
    return Path(settings.BACKUP_STORE)


def known() -> list[str]:
    with system_scope("a test"):
        return list(StoreMark.objects.values_list("identity", flat=True))


def unmount(shelf: Path) -> Path:
    """Leave the empty place of a disk."""
    disk = shelf.rename(shelf.with_name("disk"))
    shelf.mkdir()
    return disk


def mount(disk: Path, shelf: Path) -> None:
    shelf.rmdir()
    disk.rename(shelf)


def test_the_first_backup_marks_the_store_and_the_next_ones_know_it(
    cast: Cast, shelf: Path
) -> None:
    take_backup(cast.phone_system)
    mark = (shelf / MARK).read_text().splitlines()[0]
    take_backup(cast.phone_system, b"other")
    assert [mark] == known()


def test_the_empty_place_of_a_disk_is_not_written_to(cast: Cast, shelf: Path) -> None:
    take_backup(cast.phone_system)
    disk = unmount(shelf)
    with pytest.raises(StoreUnavailable, match="its mark is missing"):
        BackupSink(begin_backup(cast.phone_system))
    with pytest.raises(StoreUnavailable):
        erase_backups(cast.calcom.pk)
    assert sweep_store() == StoreCount()
    assert list(shelf.iterdir()) == []
    mount(disk, shelf)
    assert sweep_store().orphans == 0


def test_a_mount_that_is_lost_is_an_alarm_and_no_damage_and_clears_when_it_is_back(
    cast: Cast, shelf: Path, database_time: DatabaseTime
) -> None:
    with system_scope("a test") as scope:
        database_time.set(scope.now)
    take_backup(cast.phone_system)
    disk = unmount(shelf)
    # Nothing is due for days, and it is told all the same.
    assert (verify_objects().away, verify_objects().away) == (1, 1)
    with system_scope("a test"):
        alarm = OperatorAlarm.objects.get(kind="backup_store")
    assert "its mark is missing" in alarm.detail
    mount(disk, shelf)
    assert verify_objects().away == 0
    with system_scope("a test"):
        alarm.refresh_from_db()
    assert alarm.cleared_at is not None
    assert alarm.cleared_at - alarm.raised_at == timedelta(0)


def test_a_store_from_before_there_were_marks_gets_one_when_its_objects_are_there(
    cast: Cast, shelf: Path
) -> None:
    take_backup(cast.phone_system)
    (shelf / MARK).unlink()
    with system_scope("a test"):
        StoreMark.objects.all().delete()
    ready_store()
    assert [(shelf / MARK).read_text().splitlines()[0]] == known()


def test_an_empty_folder_is_not_taken_for_a_store_from_before_there_were_marks(
    cast: Cast, shelf: Path
) -> None:
    take_backup(cast.phone_system)
    unmount(shelf)
    with system_scope("a test"):
        StoreMark.objects.all().delete()
    with pytest.raises(StoreUnavailable, match="is empty"):
        ready_store()
    assert (list(shelf.iterdir()), known()) == ([], [])


def test_the_disk_of_another_portal_is_refused(cast: Cast, shelf: Path) -> None:
    take_backup(cast.phone_system)
    (shelf / MARK).write_text("of somebody else\n")
    with pytest.raises(StoreUnavailable, match="store of another portal"):
        ready_store()
    assert verify_objects().away == 1


def test_an_operator_begins_a_new_store_when_the_former_one_is_lost(
    cast: Cast, shelf: Path
) -> None:
    take_backup(cast.phone_system)
    unmount(shelf)
    said = StringIO()
    call_command("begin_store", stdout=said)
    assert "Run it with --yes" in said.getvalue()
    assert list(shelf.iterdir()) == []
    former = known()
    call_command("begin_store", yes=True, stdout=said)
    assert known() != former
    take_backup(cast.phone_system, b"the first of the new store")
