"""The copies of manifests in the store are read again like every other object."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.viewer import Viewer
from calcom_portal.common.tenancy import system_scope
from notifications.models import Notice
from tests.cast import Cast
from tests.stage import DatabaseTime, browser_of
from tests.tickets.web.helpers import text_of
from tests.upkeep.taking import plan_for, take_backup
from tickets.models import Message, Ticket
from upkeep.actions.remove_backup import remove_backup
from upkeep.backups.manifests import OTHER_DOCUMENT, adopt_manifests
from upkeep.backups.rereading import CHANGED, MISSING
from upkeep.models import Backup, StoredObject, VaultKey
from upkeep.sweeps.sweep_store import sweep_store
from upkeep.sweeps.verify_objects import verify_objects

pytestmark = pytest.mark.django_db
BEGAN = "2026-11-01T10:00:00+00:00"
SUBJECT = "List kept beside a backup of Main phone system cannot be read"


@pytest.fixture
def shelf(settings: Any) -> Path:
    return Path(settings.BACKUP_STORE)


@pytest.fixture(autouse=True)
def november(database_time: DatabaseTime) -> None:
    database_time.set(BEGAN)


def pass_days(database_time: DatabaseTime, days: float) -> None:
    with system_scope("a test") as scope:
        now = scope.now
    database_time.set(now + timedelta(days=days))


def manifest() -> StoredObject:
    with system_scope("a test"):
        return StoredObject.objects.exclude(manifest_of=None).get()


def backup() -> Backup:
    with system_scope("a test"):
        return Backup.objects.get()


def forget_manifests() -> None:
    """Leave what a version of the portal left that gave manifests no rows."""
    with system_scope("a test"):
        everything = StoredObject.objects.exclude(manifest_of=None)
        everything.update(stored_sha256="", stored_bytes=0, read_at=None)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x10
    path.write_bytes(content)


def test_a_manifest_has_a_row_with_what_lies_in_the_store(cast: Cast, shelf: Path) -> None:
    stored = take_backup(cast.phone_system)
    one = manifest()
    assert one.key.endswith("/manifest.json.age")
    assert (one.manifest_of_id, one.plain_mac) == (stored.pk, "")
    assert one.stored_bytes == (shelf / one.key).stat().st_size
    assert one.plain_bytes == len(stored.manifest.encode())


@pytest.mark.parametrize(("spoil", "problem"), [(flip, CHANGED), (Path.unlink, MISSING)])
def test_a_damaged_manifest_is_found_and_told_and_its_backup_counts_on(
    cast: Cast,
    shelf: Path,
    database_time: DatabaseTime,
    spoil: Callable[[Path], None],
    problem: str,
) -> None:
    plan = plan_for(cast.phone_system)
    take_backup(cast.phone_system)
    spoil(shelf / manifest().key)
    pass_days(database_time, 28)
    assert verify_objects().damaged == 1
    one = manifest()
    assert (one.problem, one.next_read_at) == (problem, None)
    assert backup().damaged_at is None
    with system_scope("a test"):
        ticket = Ticket.objects.get()
        told = Notice.objects.filter(kind="backup_damaged").values_list("payload", flat=True)
        assert {payload["is_manifest"] for payload in told} == {True}
        words = Message.objects.get(ticket=ticket).text
        plan.refresh_from_db()
    assert ticket.subject == SUBJECT
    assert "The backup itself can be restored" in words
    page = text_of(browser_of(cast.dana).get(f"/backups/{backup().pk}/"))
    assert "The copy of the manifest in the store is damaged" in page
    assert plan.due_at is None
    pass_days(database_time, 28)
    assert verify_objects().damaged == 0


def test_parts_and_a_manifest_that_are_damaged_are_told_apart(
    cast: Cast, shelf: Path, database_time: DatabaseTime
) -> None:
    take_backup(cast.phone_system)
    for path in shelf.rglob("*.age"):
        flip(path)
    pass_days(database_time, 28)
    assert verify_objects().damaged == 3
    with system_scope("a test"):
        subjects = set(Ticket.objects.values_list("subject", flat=True))
    assert subjects == {SUBJECT, "Backup of Main phone system cannot be read"}
    assert backup().damaged_at is not None


def test_a_manifest_from_before_its_row_is_adopted_and_its_hash_learned_by_opening_it(
    cast: Cast, database_time: DatabaseTime
) -> None:
    take_backup(cast.phone_system)
    before = manifest()
    forget_manifests()
    with system_scope("a test"):
        StoredObject.objects.filter(pk=before.pk).update(manifest_of=None, key="elsewhere")
    assert (sweep_store().orphans, adopt_manifests()) == (0, 0)
    adopted = manifest()
    assert (adopted.key, adopted.stored_sha256, adopted.read_at) == (before.key, "", None)
    with system_scope("a test"):
        StoredObject.objects.filter(pk=before.pk).update(next_read_at=None)
    assert verify_objects().read == 1
    learned = manifest()
    assert (learned.stored_sha256, learned.stored_bytes, learned.problem) == (
        before.stored_sha256,
        before.stored_bytes,
        "",
    )


def test_a_manifest_that_was_damaged_before_it_was_first_read_is_found(
    cast: Cast, shelf: Path, database_time: DatabaseTime
) -> None:
    take_backup(cast.phone_system)
    forget_manifests()
    flip(shelf / manifest().key)
    pass_days(database_time, 28)
    assert verify_objects().damaged == 1
    assert manifest().problem == OTHER_DOCUMENT


def test_without_the_customers_key_nothing_is_said_of_a_manifest_that_was_never_read(
    cast: Cast, database_time: DatabaseTime
) -> None:
    take_backup(cast.phone_system)
    forget_manifests()
    with system_scope("a test"):
        VaultKey.objects.update(sealed_identity="AAAA")
    pass_days(database_time, 28)
    count = verify_objects()
    assert (count.read, count.damaged) == (2, 0)
    assert (manifest().damaged_at, manifest().stored_sha256) == (None, "")


def test_a_manifest_goes_with_its_backup_and_raises_no_alarm_then(
    cast: Cast, shelf: Path, database_time: DatabaseTime
) -> None:
    stored = take_backup(cast.phone_system)
    with system_scope("a test"):
        keys = remove_backup(
            backup=stored, why="A test", actor=Viewer.system("A test", provider_id=cast.calcom.pk)
        )
    assert manifest().key in keys
    assert manifest().gone_at is not None
    pass_days(database_time, 28)
    assert (verify_objects().read, sweep_store().orphans) == (0, 3)
