"""The one way in: rows, manifest and objects appear together, or not at all."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError

from calcom_portal.common.errors import BadInput
from calcom_portal.common.tenancy import system_scope
from tests.cast import Cast
from tests.stage import DatabaseTime
from tests.upkeep.archives import DUMP, SQL
from tests.upkeep.taking import begin_backup, plan_for, take_backup, write_parts
from tickets.models import Ticket
from upkeep.backups.customer_keys import identity_for
from upkeep.backups.writing import BackupSink, NotOurs
from upkeep.models import (
    Backup,
    BackupPart,
    BackupPlan,
    BackupState,
    Level,
    StoredObject,
    VaultKey,
)
from upkeep.store.errors import OverQuota, PartBroken
from upkeep.store.keys import Place, known_signers
from upkeep.store.manifest import Kept, first_fault, manifest_in
from upkeep.store.objects import object_store
from upkeep.store.parts import open_part

NEVER = datetime.min.replace(tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(settings: Any) -> Path:
    return Path(settings.BACKUP_STORE)


def objects_on(shelf: Path) -> list[str]:
    return sorted(path.name for path in shelf.rglob("[!.]*") if path.is_file())


def rows() -> tuple[int, int]:
    with system_scope("a test"):
        return BackupPart.objects.count(), StoredObject.objects.filter(manifest_of=None).count()


def again(backup: Backup) -> Backup:
    with system_scope("a test"):
        return Backup.objects.get(pk=backup.pk)


def test_a_backup_that_is_whole_is_stored_and_checked(cast: Cast, shelf: Path) -> None:
    stored = take_backup(cast.phone_system)
    assert (stored.state, stored.level) == (BackupState.STORED, Level.OPENED)
    assert (stored.look_at, stored.problem, stored.step) == (None, "", "")
    assert stored.read_at == stored.stored_at
    # Checked while it was written; decrypted by nobody yet.
    assert stored.opened_at is None
    assert (stored.firmware, stored.baseline) == ("22.10.1", {"extensions": 12})
    assert objects_on(shelf) == ["config.zst.age", "db-asterisk.zst.age", "manifest.json.age"]
    assert rows() == (2, 2)


def test_the_manifest_tells_all_that_is_known_and_is_signed(cast: Cast) -> None:
    stored = take_backup(cast.phone_system)
    manifest = manifest_in(stored.manifest)
    assert manifest["device"]["name"] == cast.phone_system.name
    assert (manifest["trigger"], manifest["firmware"]) == ("schedule", "22.10.1")
    assert [part["name"] for part in manifest["parts"]] == ["config", "db-asterisk"]
    assert sum(part["stored_bytes"] for part in manifest["parts"]) == stored.stored_bytes
    assert set(manifest["tools"]) == {"python", "pyrage", "zstandard"}
    kept = Kept(stored.name, stored.manifest, stored.digest, stored.previous)
    assert first_fault([kept], known_signers()) == ""


def test_manifests_of_a_system_form_a_chain(cast: Cast) -> None:
    first, second = take_backup(cast.phone_system), take_backup(cast.phone_system, b"[102]\n")
    assert (first.previous, second.previous) == ("", first.digest)
    assert (first.stored_at or NEVER) < (second.stored_at or NEVER)


def test_a_part_opens_with_the_customers_key_from_the_vault(cast: Cast) -> None:
    take_backup(cast.phone_system)
    place = Place(cast.calcom.pk, cast.bayview.pk)
    with system_scope("a test"):
        part = BackupPart.objects.select_related("stored_object").get(name="db-asterisk")
    stored = part.stored_object
    with open_part(object_store(), stored.key, identity_for(place, stored.recipients)) as plain:
        assert plain.read().startswith(b"-- MariaDB dump")


def test_a_customer_has_one_key_and_another_customer_another(cast: Cast) -> None:
    take_backup(cast.phone_system)
    take_backup(cast.phone_system, b"other")
    with system_scope("a test"):
        assert VaultKey.objects.count() == 1


def test_equal_content_is_stored_once(cast: Cast, shelf: Path) -> None:
    first = take_backup(cast.phone_system)
    second = take_backup(cast.phone_system)
    third = take_backup(cast.phone_system, b"[103]\n")
    assert rows() == (6, 3)
    assert len([name for name in objects_on(shelf) if name != "manifest.json.age"]) == 3
    keys = [
        [part["object"] for part in manifest_in(one.manifest)["parts"]]
        for one in (first, second, third)
    ]
    assert keys[0] == keys[1]
    assert keys[2][1] == keys[0][1]
    assert keys[2][0] != keys[0][0]


def test_an_object_that_vanished_or_was_damaged_is_not_used_again(cast: Cast, shelf: Path) -> None:
    take_backup(cast.phone_system)
    with system_scope("a test") as scope:
        one, two = StoredObject.objects.filter(manifest_of=None).order_by("pk")
        (shelf / one.key).unlink()
        StoredObject.objects.filter(pk=two.pk).update(damaged_at=scope.now)
    take_backup(cast.phone_system)
    assert rows() == (4, 4)


def test_an_object_with_a_bit_that_nobody_saw_flip_is_not_used_again_and_is_told_of(
    cast: Cast, shelf: Path
) -> None:
    first = take_backup(cast.phone_system)
    with system_scope("a test"):
        one, two = StoredObject.objects.filter(manifest_of=None).order_by("pk")
    data = bytearray((shelf / one.key).read_bytes())
    data[-1] ^= 1
    (shelf / one.key).write_bytes(data)
    second = take_backup(cast.phone_system)
    with system_scope("a test"):
        used = {part.stored_object_id for part in BackupPart.objects.filter(backup=second)}
        assert two.pk in used
        assert one.pk not in used
        assert StoredObject.objects.get(pk=one.pk).damaged_at is not None
        assert Ticket.objects.get().subject == "Backup of Main phone system cannot be read"
    assert again(first).damaged_at is not None
    assert (again(second).damaged_at, again(second).level) == (None, Level.OPENED)


def test_a_dump_that_fails_leaves_no_part(cast: Cast, shelf: Path) -> None:
    backup = begin_backup(cast.phone_system)
    sink = BackupSink(backup)
    with pytest.raises(PartBroken) as broken:
        write_parts(sink, dump=SQL)
    sink.fail(broken.value.message)
    failed = again(backup)
    assert (failed.state, failed.look_at) == (BackupState.FAILED, None)
    assert "without the line that says that it is complete" in failed.problem
    assert (objects_on(shelf), rows()) == ([], (0, 0))


def test_without_parts_or_with_an_unfinished_one_nothing_is_stored(cast: Cast, shelf: Path) -> None:
    backup = begin_backup(cast.phone_system)
    with pytest.raises(PartBroken):
        BackupSink(backup).finish()
    sink = BackupSink(backup)
    write_parts(sink)
    with sink.part("voicemail", "tar") as part:
        part.write(b"half")
    with pytest.raises(PartBroken):
        sink.finish()
    assert again(backup).state == BackupState.RUNNING
    assert (objects_on(shelf), rows()) == ([], (0, 0))


def test_who_lost_the_lease_writes_nothing_and_leaves_no_object(cast: Cast, shelf: Path) -> None:
    backup = begin_backup(cast.phone_system)
    sink = BackupSink(backup)
    write_parts(sink)
    with system_scope("a test"):
        Backup.objects.filter(pk=backup.pk).update(token="another")
    with pytest.raises(NotOurs):
        sink.keep()
    with pytest.raises(NotOurs):
        sink.finish()
    with pytest.raises(NotOurs):
        sink.fail("Too late.")
    assert (objects_on(shelf), rows(), again(backup).problem) == ([], (0, 0), "")


def test_a_second_attempt_never_meets_the_objects_of_the_first(cast: Cast, shelf: Path) -> None:
    backup = begin_backup(cast.phone_system)
    write_parts(BackupSink(backup))
    with system_scope("a test"):
        Backup.objects.filter(pk=backup.pk).update(token="1f" * 16)
    sink = BackupSink(again(backup))
    write_parts(sink)
    assert sink.finish().state == BackupState.STORED
    assert len(objects_on(shelf)) == 5


def test_keeping_the_lease_tells_how_far_it_is(cast: Cast, database_time: DatabaseTime) -> None:
    now = database_time.set("2026-11-23T10:00:00+00:00")
    backup = begin_backup(cast.phone_system)
    sink = BackupSink(backup)
    write_parts(sink)
    sink.step("Copying voicemail")
    sink.keep()
    told = again(backup)
    assert (told.step, told.done_bytes) == ("Copying voicemail", sink.done_bytes)
    assert told.look_at == now + timedelta(minutes=5)


def test_a_good_backup_puts_off_the_alarm_of_its_plan(
    cast: Cast, database_time: DatabaseTime
) -> None:
    now = database_time.set("2026-11-23T10:00:00+00:00")
    plan = plan_for(cast.phone_system, expected_hours=48, alarm_at=now, alarmed_at=now)
    take_backup(cast.phone_system)
    with system_scope("a test"):
        plan = BackupPlan.objects.get(pk=plan.pk)
    assert (plan.alarm_at, plan.alarmed_at) == (now + timedelta(hours=48), None)


def test_a_quota_counts_what_is_kept_and_refuses_more(cast: Cast, shelf: Path) -> None:
    first = take_backup(cast.phone_system)
    plan_for(cast.phone_system, quota_bytes=first.stored_bytes + 100)
    sink = BackupSink(begin_backup(cast.phone_system))
    write_parts(sink, b"more")
    with pytest.raises(OverQuota):
        sink.finish()
    sink.fail("No room.")
    assert len(objects_on(shelf)) == 3


def test_a_part_that_is_far_larger_than_the_room_is_refused_while_it_comes(
    cast: Cast, shelf: Path
) -> None:
    first = take_backup(cast.phone_system)
    plan_for(cast.phone_system, quota_bytes=first.stored_bytes + 100)
    sink = BackupSink(begin_backup(cast.phone_system))
    with pytest.raises(OverQuota):
        write_parts(sink, random.Random(7).randbytes(20_000))
    sink.fail("No room.")
    assert len(objects_on(shelf)) == 3


def test_what_did_not_change_needs_no_room(cast: Cast) -> None:
    first = take_backup(cast.phone_system)
    plan_for(cast.phone_system, quota_bytes=first.stored_bytes)
    assert take_backup(cast.phone_system).state == BackupState.STORED
    assert rows() == (4, 2)


@pytest.mark.parametrize("name", ["", "UP", "../up", "a/b", "a b", "a..b", "x" * 81])
def test_a_part_has_a_plain_name_that_is_its_own(cast: Cast, name: str) -> None:
    sink = BackupSink(begin_backup(cast.phone_system))
    with pytest.raises(BadInput):
        sink.part(name, "tar")
    with sink.part("config", "raw"), pytest.raises(BadInput, match="two parts"):
        sink.part("config", "raw")


def test_a_database_may_have_capitals_in_its_name(cast: Cast, shelf: Path) -> None:
    sink = BackupSink(begin_backup(cast.phone_system))
    with sink.part("db-Qstats_Lite", "sql") as part:
        part.write(DUMP)
        part.finish()
    sink.finish()
    assert "db-Qstats_Lite.zst.age" in objects_on(shelf)


def test_two_backups_of_one_system_never_run_beside_each_other(cast: Cast) -> None:
    begin_backup(cast.phone_system)
    with pytest.raises(IntegrityError):
        begin_backup(cast.phone_system)


def test_rows_tell_no_hash_of_the_plain_content_but_in_the_manifest(cast: Cast) -> None:
    stored = take_backup(cast.phone_system)
    plain = {part["plain_sha256"] for part in manifest_in(stored.manifest)["parts"]}
    with system_scope("a test"):
        assert plain.isdisjoint(StoredObject.objects.values_list("plain_mac", flat=True))
    assert json.loads(stored.manifest)["signature"]["value"]
