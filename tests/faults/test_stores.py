"""Disks that are full and stores that are away: nothing half, said in words, tried again."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from calcom_portal.common.tenancy import system_scope
from notifications.models import OperatorAlarm
from tests.cast import Cast
from tests.monitoring.builders import allow_loopback, build_connection, build_credential
from tests.monitoring.ssh_wire import LOGIN, PASSWORD, USER
from tests.stage import acting
from tests.upkeep.archives import tar_of
from tests.upkeep.restores.system import NEW, OLD, PaperSystem, is_whole
from tests.upkeep.restores.world import (
    again,
    confirmed,
    is_running,
    plan_with_way,
    steps_of,
    stored_backup,
    take_safety_backups,
    wish_for,
)
from tests.upkeep.shell_wire import machine_beside
from tests.upkeep.store.bucket_server import Bucket, bucket_server
from tests.upkeep.taking import begin_backup, plan_for
from upkeep.actions.ask_backup import ask_backup
from upkeep.actions.confirm_restore import NOTHING_LEFT, confirm_restore
from upkeep.actions.prepare_restore import prepare_restore
from upkeep.actions.start_rehearsal import start_rehearsal
from upkeep.backups.writing import BackupSink
from upkeep.drivers.giving import GIVERS
from upkeep.models import Backup, BackupState, Restore, RestoreState, StoredObject, Trigger
from upkeep.sweeps.open_backups import open_backup
from upkeep.sweeps.run_restores import run_restores
from upkeep.sweeps.take_backups import TakeCount, take_backups

pytestmark = pytest.mark.faults
SMALL_DISK = 1024 * 1024
MOST_CALLS = 60


@dataclass
class Shelf:
    """A store that can go away, and comes back as it was."""

    folder: Path | None = None
    bucket: Bucket | None = None

    def go_away(self) -> None:
        """Be no store any more."""
        if self.bucket is not None:
            self.bucket.is_away = True
        elif self.folder is not None:
            self.folder.mkdir(exist_ok=True)
            self.folder.rename(self.folder.with_name("away"))
            self.folder.write_text("Something else lies here now.")

    def come_back(self) -> None:
        """Be there again."""
        if self.bucket is not None:
            self.bucket.is_away = False
        elif self.folder is not None:
            self.folder.unlink()
            self.folder.with_name("away").rename(self.folder)

    def holds(self) -> int:
        """Return how many objects lie there."""
        if self.bucket is not None:
            return len(self.bucket.objects)
        assert self.folder is not None
        return sum(path.is_file() for path in self.folder.rglob("[!.]*"))


@pytest.fixture(params=["folder", "bucket"])
def shelf(
    request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shelf]:
    if request.param == "folder":
        yield Shelf(folder=Path(settings.BACKUP_STORE))
        return
    # Its own patience with a service that is away is of no interest here.
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with bucket_server() as running:
        settings.BACKUP_STORE = running.address
        yield Shelf(bucket=running)


@contextmanager
def small_disk(place: Path) -> Iterator[None]:
    """Mount a disk of one megabyte there."""
    place.mkdir(exist_ok=True)
    options = f"size={SMALL_DISK}"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], check=False
    )
    if mounted.returncode:
        pytest.skip("Only root may mount a small disk.")
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.fixture
def machine(committed_cast: Cast, tmp_path: Path) -> Iterator[Path]:
    """Run a machine that is backed up; give its folder."""
    allow_loopback(committed_cast.calcom.pk)
    folder = tmp_path / "disk" / "etc"
    lay_out(folder)
    with machine_beside() as running:
        connection = build_connection(
            committed_cast.phone_system,
            driver="ssh",
            port=running.target.port,
            host_key=LOGIN.host_key,
            credential=build_credential(committed_cast.phone_system, user=USER, password=PASSWORD),
        )
        settings = {"paths": [str(folder)]}
        plan_for(committed_cast.phone_system, connection=connection, settings=settings)
        yield folder


def lay_out(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "pjsip.conf").write_text("[101]\n", encoding="utf-8")


def fill(disk: Path) -> None:
    """Leave no byte free."""
    with (disk / "filled").open("ab", buffering=0) as target, suppress(OSError):
        while True:
            target.write(bytes(4096))


def planned(cast: Cast) -> Backup:
    with acting(cast.dana):
        return ask_backup(device=cast.phone_system, trigger=Trigger.SCHEDULE.value, actor=cast.dana)


def look(backup: Backup) -> Backup:
    with system_scope("a test"):
        return Backup.objects.get(pk=backup.pk)


def time_passes() -> None:
    with system_scope("a test lets time pass") as scope:
        Backup.objects.filter(state="waiting").update(look_at=scope.now)
        Restore.objects.filter(state="running").update(look_at=scope.now)


def go_on(restore: Restore, until: tuple[str, str] | None = None) -> Restore:
    """Let workers and the keeper work until this fact is there, or to the end."""
    for _ in range(MOST_CALLS):
        if until in steps_of(restore):
            break
        time_passes()
        run_restores()
        take_safety_backups()
        if not is_running(restore):
            break
    return again(restore)


def words_of(restore: Restore, outcome: str) -> list[str]:
    with system_scope("a test"):
        rows = restore.steps.filter(outcome=outcome).order_by("number")
        return list(rows.values_list("words", flat=True))


def assert_nothing_half(shelf: Shelf) -> None:
    """A manifest and one part of each backup that is stored, and nothing else."""
    with system_scope("a test"):
        rows = StoredObject.objects.filter(gone_at=None).count()
    assert shelf.holds() == rows


def test_a_backup_waits_in_words_for_a_store_that_is_away_and_is_taken_then(
    committed_cast: Cast, shelf: Shelf, machine: Path
) -> None:
    backup = planned(committed_cast)
    shelf.go_away()
    assert take_backups() == TakeCount(put_off=1)
    waiting = look(backup)
    assert (waiting.state, waiting.step) == (BackupState.WAITING, "It is tried again")
    assert " of backups does not let us " in waiting.problem
    shelf.come_back()
    assert_nothing_half(shelf)
    time_passes()
    assert take_backups() == TakeCount(stored=1)
    assert (look(backup).problem, look(backup).attempts) == ("", 2)
    assert_nothing_half(shelf)
    assert open_backup(backup.pk)


def test_a_backup_waits_for_room_on_a_full_disk_and_is_taken_then(
    committed_cast: Cast, machine: Path, tmp_path: Path, settings: Any
) -> None:
    noise = machine / "recording.wav"
    noise.write_bytes(os.urandom(2 * SMALL_DISK))
    place = tmp_path / "small"
    settings.BACKUP_STORE = str(place / "backups")
    with small_disk(place):
        shelf = Shelf(folder=place / "backups")
        backup = planned(committed_cast)
        assert take_backups() == TakeCount(put_off=1)
        assert look(backup).problem == (
            "The store of backups is full: this was not kept."
            " Give it more room, or let backups be kept for a shorter time."
        )
        assert_nothing_half(shelf)
        noise.unlink()
        time_passes()
        assert take_backups() == TakeCount(stored=1)
        assert_nothing_half(shelf)


@pytest.mark.parametrize("comes_back", [True, False])
def test_a_restore_tries_again_while_its_store_is_away_and_then_leaves_all_as_it_was(
    committed_cast: Cast,
    shelf: Shelf,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    comes_back: bool,
) -> None:
    system = PaperSystem(tmp_path / "system.json")
    monkeypatch.setitem(GIVERS, "ssh", system)
    plan_with_way(committed_cast.phone_system)
    backup = stored_backup(committed_cast.phone_system)
    restore = confirmed(backup, committed_cast.dana, committed_cast.marco)
    go_on(restore, until=("safety", "done"))
    shelf.go_away()
    time_passes()
    run_restores()
    if comes_back:
        shelf.come_back()
    restore = go_on(restore)
    told = words_of(restore, "again")
    assert told
    assert all("of backups does not let us read" in words for words in told)
    if comes_back:
        assert (restore.state, restore.problem) == (RestoreState.RESTORED, "")
        assert is_whole(system, NEW)
    else:
        assert restore.state == RestoreState.FAILED
        assert "of backups does not let us read" in restore.problem
        assert is_whole(system, OLD)


def test_a_restore_onto_a_disk_that_fills_up_changes_nothing_and_clears_away(
    committed_cast: Cast, machine: Path
) -> None:
    cast, disk = committed_cast, machine.parent
    sink = BackupSink(begin_backup(cast.phone_system))
    name = str(machine / "pjsip.conf").lstrip("/")
    with sink.part("config", "tar") as part:
        part.write(tar_of(**{name: b"[200]\n" * 20_000}))
        part.finish()
    backup = sink.finish()
    shutil.rmtree(machine)
    with small_disk(disk):
        lay_out(machine)
        with acting(cast.dana):
            wish = wish_for(backup, without_safety=True)
            restore = prepare_restore(wish=wish, actor=cast.dana)
        run_restores()
        restore = again(restore)
        accepted = [one["code"] for one in restore.findings if one["weight"] == "asks"]
        with acting(cast.marco):
            confirm_restore(
                restore=restore,
                typed_name=restore.device.name,
                accepted=accepted,
                alone_reason="",
                actor=cast.marco,
                nothing_left=NOTHING_LEFT,
            )
        go_on(restore, until=("safety", "done"))
        fill(disk)
        restore = go_on(restore)
        assert restore.state == RestoreState.FAILED
        assert restore.problem.endswith("ready failed (exit 1): the disk of the machine is full.")
        assert (machine / "pjsip.conf").read_text() == "[101]\n"
        assert sorted(path.name for path in disk.iterdir()) == ["etc", "filled"]


def test_a_rehearsal_without_room_is_nobodys_ticket_and_clears_away(
    committed_cast: Cast, tmp_path: Path, settings: Any
) -> None:
    cast = committed_cast
    plan_with_way(cast.phone_system)
    sink = BackupSink(begin_backup(cast.phone_system))
    with sink.part("config", "tar") as part:
        part.write(tar_of(**{"etc/large": os.urandom(2 * SMALL_DISK)}))
        part.finish()
    sink.finish()
    place = tmp_path / "small"
    settings.REHEARSALS_DIR = str(place)
    with small_disk(place):
        with acting(cast.dana):
            restore = start_rehearsal(device=cast.phone_system, actor=cast.dana)
        restore = go_on(restore)
        assert restore.state == RestoreState.FAILED
        assert "has no room to restore this backup" in restore.problem
        assert list(place.iterdir()) == []
    with system_scope("a test"):
        assert OperatorAlarm.objects.get().kind == "rehearsals"
