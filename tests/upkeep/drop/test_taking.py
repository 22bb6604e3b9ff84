"""Files of the drop as backups: what is kept, what is odd, what is refused and what is left."""

from __future__ import annotations

import gzip
import random
import tarfile
from pathlib import Path
from typing import Any

import pytest

from calcom_portal.common.tenancy import system_scope
from tests.cast import Cast
from tests.stage import DatabaseTime
from tests.upkeep.archives import DUMP, SQL, bomb, member, tar_of, tar_with, zip_of
from tests.upkeep.drop.test_accounts import opened
from tests.upkeep.taking import begin_backup
from tests.vault_keys import BREAK_GLASS_IDENTITY
from upkeep.drop.accounts import account_of
from upkeep.drop.backups import BackupTaker, IncomingBackup
from upkeep.drop.open_file import PIECE
from upkeep.drop.session import BROKEN_OFF
from upkeep.drop.taking import Refused
from upkeep.models import Backup, BackupPart, BackupPlan, BackupState, Level, Trigger
from upkeep.store.objects import object_store
from upkeep.store.parts import open_part
from upkeep.sweeps.take_backups import take_backups

SOUNDS = random.Random(1).randbytes(5_000)
NIGHTLY = gzip.compress(tar_of(**{"greeting.wav": SOUNDS}), mtime=0)
NAME = "20261122-nightly.tar.gz"
TAKER = BackupTaker()


@pytest.fixture
def plan(cast: Cast) -> BackupPlan:
    return opened(cast)[0]


def begin(plan: BackupPlan, name: str = NAME) -> IncomingBackup:
    account = account_of(plan.drop_name)
    assert account is not None
    return TAKER.begin(account, name)


def put(plan: BackupPlan, data: bytes, name: str = NAME) -> Backup:
    """Put a file and close it."""
    write_all(begin(plan, name), data)
    return newest()


def write_all(incoming: IncomingBackup, data: bytes) -> None:
    """Write a file in the pieces of a session, and close it."""
    for at in range(0, len(data), PIECE):
        incoming.write(data[at : at + PIECE])
    incoming.finish()


def newest() -> Backup:
    with system_scope("look"):
        return Backup.objects.latest("pk")


def files_in(settings: Any) -> list[str]:
    """Return what lies in the store besides manifests."""
    found = [path.name for path in Path(settings.BACKUP_STORE).rglob("[!.]*") if path.is_file()]
    return sorted(name for name in found if "manifest" not in name)


def test_what_is_put_is_a_backup_that_opens_again(plan: BackupPlan) -> None:
    backup = put(plan, NIGHTLY)
    assert (backup.state, backup.trigger) == (BackupState.STORED, Trigger.PUSHED)
    assert (backup.level, backup.warnings) == (Level.OPENED, [])
    assert (backup.baseline, backup.plain_bytes) == ({"file_name": NAME}, len(NIGHTLY))
    assert (backup.look_at, backup.plan_id) == (None, plan.pk)
    with system_scope("look"):
        part = BackupPart.objects.select_related("stored_object").get(backup=backup)
    assert (part.name, part.form) == ("native", "tar")
    with open_part(object_store(), part.stored_object.key, BREAK_GLASS_IDENTITY) as plain:
        assert plain.read() == NIGHTLY


def test_the_plain_bytes_are_nowhere_in_the_store(plan: BackupPlan, settings: Any) -> None:
    put(plan, b"sip_secret=hunter2\n" * 100, "users.bin")
    for path in Path(settings.BACKUP_STORE).rglob("[!.]*"):
        assert not path.is_file() or b"hunter2" not in path.read_bytes()


def test_the_same_bytes_again_are_a_backup_with_a_warning_and_no_second_object(
    plan: BackupPlan, settings: Any
) -> None:
    put(plan, NIGHTLY)
    again = put(plan, NIGHTLY, "20261123-nightly.tar.gz")
    assert again.state == BackupState.STORED
    assert again.warnings == [
        "It is byte for byte the one before it: see whether the system still makes new ones."
    ]
    assert len(files_in(settings)) == 1


def test_a_file_of_half_the_size_and_of_a_day_before_is_kept_with_warnings(
    plan: BackupPlan,
) -> None:
    put(plan, zip_of(**{"greeting.wav": SOUNDS}), "users-2026-11-22.zip")
    smaller = put(plan, DUMP, "users-2026-11-20.zip")
    assert smaller.state == BackupState.STORED
    assert [words.split(":")[0].split(" in")[0] for words in smaller.warnings] == [
        "It has only 113 bytes.",
        "Its name says that it is a zip file, and it is none.",
        "It is much smaller than the one before it",
        "Its name says 2026-11-20, and the one before it 2026-11-22.",
    ]


SPOILT = {
    "cut tar": tar_of(a=b"x" * 5000)[:3000],
    "cut gzip": NIGHTLY[:-20],
    "damaged gzip": NIGHTLY[:50] + b"\xff" + NIGHTLY[51:],
    "cut zip": zip_of(**{"users.xml": b"<users/>" * 1000})[:-10],
    "dump without its end": SQL,
    "zeros": bytes(5000),
    "bomb": bomb(),
}


@pytest.mark.parametrize("data", SPOILT.values(), ids=SPOILT)
def test_what_is_not_whole_is_refused_and_nothing_of_it_is_left(
    plan: BackupPlan, settings: Any, data: bytes
) -> None:
    incoming = begin(plan)
    with pytest.raises(Refused) as refusal:
        write_all(incoming, data)
    incoming.abandon(str(refusal.value))
    backup = newest()
    assert (backup.state, backup.problem) == (BackupState.FAILED, str(refusal.value))
    assert not str(refusal.value).startswith("native")
    assert files_in(settings) == []


HOSTILE = {
    "absolute": tar_of(**{"/etc/passwd": b"root::0:0::/:/bin/sh\n"}),
    "way out": tar_of(**{"../../etc/cron.d/job": b"* * * * * root id\n"}),
    "symlink": tar_with(member("logs", tarfile.SYMTYPE, "/etc")),
    "hard link": tar_with(member("hosts", tarfile.LNKTYPE, "/etc/shadow")),
    "device": tar_with(member("sda", tarfile.BLKTYPE)),
    "zip slip": zip_of(**{"../../outside.txt": b"x"}),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_archive_is_stored_as_bytes_and_never_unpacked(
    plan: BackupPlan, tmp_path: Path, settings: Any, data: bytes
) -> None:
    before = set(tmp_path.rglob("[!.]*"))
    incoming = begin(plan, "native.bin")
    incoming.write(data)
    try:
        incoming.finish()
    except Refused as refusal:
        incoming.abandon(str(refusal))
    left = {path for path in set(tmp_path.rglob("[!.]*")) - before if path.is_file()}
    assert {path.suffix for path in left} <= {".age"}
    assert newest().state in {BackupState.STORED, BackupState.FAILED}


def test_an_empty_file_is_refused(plan: BackupPlan) -> None:
    incoming = begin(plan)
    with pytest.raises(Refused, match=r"^The file is empty\.$"):
        incoming.finish()
    incoming.abandon("The file is empty.")
    assert newest().state == BackupState.FAILED


def test_what_breaks_off_says_so_and_leaves_nothing(plan: BackupPlan, settings: Any) -> None:
    incoming = begin(plan)
    incoming.write(NIGHTLY[:100])
    incoming.abandon(BROKEN_OFF)
    backup = newest()
    assert (backup.state, backup.problem) == (BackupState.FAILED, BROKEN_OFF)
    assert (backup.look_at, files_in(settings)) == (None, [])


def test_a_system_sends_one_file_at_a_time(plan: BackupPlan) -> None:
    begin(plan)
    with pytest.raises(Refused, match=r"^Another backup of this system is being taken\.$"):
        begin(plan, "second.tar")
    with system_scope("look"):
        assert Backup.objects.count() == 1


def test_another_backup_of_the_system_goes_first(plan: BackupPlan, cast: Cast) -> None:
    begin_backup(cast.phone_system)
    with pytest.raises(Refused, match="Another backup"):
        begin(plan)


def test_an_upload_whose_taker_died_is_ended_and_the_next_one_taken(
    plan: BackupPlan, database_time: DatabaseTime
) -> None:
    database_time.set("2026-11-23T03:00:00+00:00")
    begin(plan).write(NIGHTLY[:100])
    broken = newest()
    database_time.set("2026-11-23T03:04:59+00:00")
    with pytest.raises(Refused, match="Another backup"):
        begin(plan)
    database_time.set("2026-11-23T03:05:00+00:00")
    assert put(plan, NIGHTLY).state == BackupState.STORED
    with system_scope("look"):
        broken.refresh_from_db()
    assert (broken.state, broken.look_at) == (BackupState.FAILED, None)
    assert broken.problem == "The portal was stopped in the middle. Nothing of the file was kept."


def test_a_keeper_ends_such_an_upload_too_and_never_takes_it_itself(
    plan: BackupPlan, database_time: DatabaseTime
) -> None:
    database_time.set("2026-11-23T03:00:00+00:00")
    begin(plan).write(NIGHTLY[:100])
    database_time.set("2026-11-23T03:06:00+00:00")
    assert take_backups().stored == 0
    assert newest().state == BackupState.FAILED


def test_a_taker_that_comes_back_too_late_keeps_nothing(
    plan: BackupPlan, settings: Any, database_time: DatabaseTime
) -> None:
    database_time.set("2026-11-23T03:00:00+00:00")
    late = begin(plan)
    late.write(NIGHTLY)
    database_time.set("2026-11-23T03:06:00+00:00")
    take_backups()
    with pytest.raises(Refused, match="taken by another worker, or is over"):
        late.finish()
    late.abandon(BROKEN_OFF)
    assert (newest().state, files_in(settings)) == (BackupState.FAILED, [])


def test_more_than_the_quota_is_refused(plan: BackupPlan, settings: Any) -> None:
    with system_scope("a quota"):
        BackupPlan.objects.update(quota_bytes=100)
    incoming = begin(plan)
    with pytest.raises(Refused, match="room"):
        write_all(incoming, NIGHTLY)
    incoming.abandon("No room.")
    assert (newest().state, files_in(settings)) == (BackupState.FAILED, [])
