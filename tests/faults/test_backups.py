"""Keepers that die anywhere, disks that are full, stores that go away: whole backups, or none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from calcom_portal.common.tenancy import system_scope
from tests.cast import Cast
from tests.faults.children import ROOT
from tests.faults.keeper import AFTER_COMMIT, STEPS
from tests.upkeep.taking import begin_backup, take_backup, write_parts
from tests.upkeep.wholeness import is_whole
from upkeep.backups.writing import BackupSink
from upkeep.models import Backup, BackupPart, BackupState, StoredObject
from upkeep.store.errors import StoreUnavailable
from upkeep.sweeps import sweep_store as sweeping
from upkeep.sweeps.sweep_store import sweep_store

pytestmark = pytest.mark.faults
SMALL_DISK = 512 * 1024


@pytest.fixture
def shelf(settings: Any) -> Path:
    return Path(settings.BACKUP_STORE)


@pytest.fixture
def small_disk(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """Mount a disk of half a megabyte for the store."""
    place = tmp_path / "small"
    place.mkdir()
    options = f"size={SMALL_DISK}"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], check=False
    )
    if mounted.returncode:
        pytest.skip("Only root may mount a small disk.")
    settings.BACKUP_STORE = str(place / "backups")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def killed_at(step: str, backup: Backup, shelf: Path) -> None:
    """Let a child take the backup up to a step."""
    child = subprocess.run(
        [sys.executable, "-m", "tests.faults.keeper", step, str(backup.pk)],
        cwd=ROOT,
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "calcom_portal.settings", "BACKUP_STORE": str(shelf)},
        check=False,
        timeout=60,
    )
    assert child.returncode == -signal.SIGKILL


def taken_over(backup: Backup) -> BackupSink:
    """Take the backup on as another keeper does when the lease is over."""
    with system_scope("a test"):
        Backup.objects.filter(pk=backup.pk).update(token=uuid4().hex)
        return BackupSink(Backup.objects.get(pk=backup.pk))


@pytest.mark.parametrize("step", STEPS)
def test_a_keeper_that_dies_leaves_no_half_backup_and_another_takes_a_whole_one(
    committed_cast: Cast, shelf: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = begin_backup(committed_cast.phone_system)
    killed_at(step, backup, shelf)
    with system_scope("a test"):
        assert Backup.objects.get(pk=backup.pk).state == BackupState.RUNNING
        assert (BackupPart.objects.count(), StoredObject.objects.count()) == (0, 0)
    second = taken_over(backup)
    write_parts(second)
    assert second.finish().state == BackupState.STORED
    monkeypatch.setattr(sweeping, "LEFT_BEHIND_AFTER", timedelta(seconds=-1))
    sweep_store()
    assert is_whole(shelf, committed_cast.calcom.pk)


def test_a_keeper_that_dies_after_the_commit_has_stored_it(
    committed_cast: Cast, shelf: Path
) -> None:
    take_backup(committed_cast.phone_system)
    backup = begin_backup(committed_cast.phone_system)
    killed_at(AFTER_COMMIT, backup, shelf)
    with system_scope("a test"):
        assert Backup.objects.get(pk=backup.pk).state == BackupState.STORED
    assert sweep_store().orphans == 2
    assert is_whole(shelf, committed_cast.calcom.pk)


def test_a_full_disk_fails_the_backup_in_words_and_leaves_room_again(
    committed_cast: Cast, small_disk: Path
) -> None:
    shelf = small_disk / "backups"
    take_backup(committed_cast.phone_system)
    sink = BackupSink(begin_backup(committed_cast.phone_system))
    with sink.part("recordings", "raw") as part, pytest.raises(StoreUnavailable) as full:
        part.write(os.urandom(3 * SMALL_DISK))
    failed = sink.fail(full.value.message)
    assert failed.problem == "The store of backups is full: this was not kept."
    assert is_whole(shelf, committed_cast.calcom.pk)
    take_backup(committed_cast.phone_system, b"after it")
    assert is_whole(shelf, committed_cast.calcom.pk)


def test_a_store_that_goes_away_in_the_middle_fails_the_backup_and_no_other(
    committed_cast: Cast, shelf: Path
) -> None:
    take_backup(committed_cast.phone_system)
    sink = BackupSink(begin_backup(committed_cast.phone_system))
    with sink.part("config", "raw") as part:
        part.write(b"the first of two")
        part.finish()
    shelf.rename(shelf.with_name("away"))
    shelf.write_text("Something else lies here now.")
    with pytest.raises(StoreUnavailable):
        sink.part("voicemail", "raw")
    sink.fail("The store went away.")
    shelf.unlink()
    shelf.with_name("away").rename(shelf)
    assert sweep_store().orphans == 1
    assert is_whole(shelf, committed_cast.calcom.pk)
