"""Stored backups are read again and opened; what is damaged is found, named and told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from calcom_portal.common.tenancy import system_scope
from notifications.models import Notice, OperatorAlarm
from tests.builders import build_device, build_site
from tests.cast import Cast
from tests.stage import DatabaseTime
from tests.upkeep.taking import plan_for, take_backup
from tickets.models import Ticket
from upkeep.backups.opening import OTHER_CONTENT
from upkeep.backups.rereading import CHANGED, MISSING
from upkeep.models import Backup, BackupPart, BackupPlan, Level, StoredObject, VaultKey
from upkeep.sweeps.open_backups import open_backups
from upkeep.sweeps.verify_objects import verify_objects

pytestmark = pytest.mark.django_db
Spoil = Callable[[Path], None]
BEGAN = "2026-11-01T10:00:00+00:00"


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


def objects() -> list[StoredObject]:
    with system_scope("a test"):
        return list(StoredObject.objects.filter(manifest_of=None).order_by("pk"))


def manifest() -> StoredObject:
    with system_scope("a test"):
        return StoredObject.objects.exclude(manifest_of=None).get()


def backup() -> Backup:
    with system_scope("a test"):
        return Backup.objects.get()


def tickets() -> list[str]:
    with system_scope("a test"):
        return list(Ticket.objects.filter(reporter=None).values_list("subject", flat=True))


def test_every_object_is_read_again_within_thirty_days(
    cast: Cast, database_time: DatabaseTime
) -> None:
    take_backup(cast.phone_system)
    assert verify_objects().read == 0
    pass_days(database_time, 27.5)
    assert verify_objects().read == 3
    with system_scope("a test") as scope:
        now = scope.now
    assert {one.read_at for one in (*objects(), manifest())} == {now} == {backup().read_at}
    assert all(
        timedelta(days=20) <= (one.next_read_at or now) - now <= timedelta(days=27)
        for one in (*objects(), manifest())
    )
    assert (verify_objects().read, backup().damaged_at) == (0, None)


def flip(place: float) -> Spoil:
    def change(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[int(place * (len(content) - 1))] ^= 0x10
        path.write_bytes(content)

    return change


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (flip(0), CHANGED),
        (flip(0.5), CHANGED),
        (flip(1), CHANGED),
        (cut, CHANGED),
        (Path.unlink, MISSING),
    ],
)
def test_damage_is_found_named_and_told(
    cast: Cast,
    shelf: Path,
    database_time: DatabaseTime,
    spoil: Callable[[Path], None],
    problem: str,
) -> None:
    take_backup(cast.phone_system)
    one, _ = objects()
    spoil(shelf / one.key)
    pass_days(database_time, 28)
    assert verify_objects().damaged == 1
    damaged, whole = objects()
    assert (damaged.problem, damaged.next_read_at) == (problem, None)
    assert (whole.damaged_at, whole.problem) == (None, "")
    assert backup().damaged_at is not None
    assert tickets() == ["Backup of Main phone system cannot be read"]
    with system_scope("a test"):
        told = Notice.objects.filter(kind="backup_damaged").values_list("recipient_id", flat=True)
        assert set(told) == {cast.priya.membership_id, cast.ruth.membership_id}


def test_two_objects_that_changed_places_are_both_damaged(
    cast: Cast, shelf: Path, database_time: DatabaseTime
) -> None:
    take_backup(cast.phone_system)
    one, other = (shelf / it.key for it in objects())
    here, there = one.read_bytes(), other.read_bytes()
    one.write_bytes(there)
    other.write_bytes(here)
    pass_days(database_time, 28)
    assert verify_objects().damaged == 2
    assert len(tickets()) == 1


def test_an_older_object_put_in_its_place_is_noticed(
    cast: Cast, shelf: Path, database_time: DatabaseTime
) -> None:
    take_backup(cast.phone_system, b"old")
    take_backup(cast.phone_system, b"new")
    old, _, new = objects()
    (shelf / new.key).write_bytes((shelf / old.key).read_bytes())
    pass_days(database_time, 28)
    assert (verify_objects().damaged, len(tickets())) == (1, 1)


def test_damage_that_is_known_is_not_told_again_and_more_goes_into_the_same_ticket(
    cast: Cast, shelf: Path, database_time: DatabaseTime
) -> None:
    take_backup(cast.phone_system, b"old")
    take_backup(cast.phone_system, b"new")
    old, _, new = objects()
    (shelf / old.key).unlink()
    pass_days(database_time, 28)
    verify_objects()
    (shelf / new.key).unlink()
    pass_days(database_time, 28)
    assert verify_objects().damaged == 1
    pass_days(database_time, 28)
    assert verify_objects().damaged == 0
    assert len(tickets()) == 1


def test_a_damaged_backup_makes_the_next_one_due(
    cast: Cast, shelf: Path, database_time: DatabaseTime
) -> None:
    plan = plan_for(cast.phone_system)
    take_backup(cast.phone_system)
    (shelf / objects()[0].key).unlink()
    pass_days(database_time, 28)
    with system_scope("a test") as scope:
        BackupPlan.objects.filter(pk=plan.pk).update(due_at=scope.now + timedelta(days=6))
        now = scope.now
    verify_objects()
    with system_scope("a test"):
        assert BackupPlan.objects.get(pk=plan.pk).due_at == now


def test_a_store_that_is_away_is_no_damage(
    cast: Cast, shelf: Path, database_time: DatabaseTime
) -> None:
    take_backup(cast.phone_system)
    pass_days(database_time, 28)
    shelf.rename(shelf.with_name("unmounted"))
    assert (verify_objects().away, verify_objects().away, tickets()) == (1, 1, [])
    with system_scope("a test"):
        alarm = OperatorAlarm.objects.get(kind="backup_store")
        assert "folder of backups is not there" in alarm.detail
    shelf.with_name("unmounted").rename(shelf)
    pass_days(database_time, 0.02)
    assert verify_objects().read == 3
    with system_scope("a test"):
        assert OperatorAlarm.objects.get(kind="backup_store").cleared_at is not None


def test_the_vault_opens_a_systems_newest_backup_once_a_month(
    cast: Cast, database_time: DatabaseTime
) -> None:
    take_backup(cast.phone_system, b"old")
    newest = take_backup(cast.phone_system, b"new")
    pass_days(database_time, 0.1)
    assert open_backups().opened == 1
    with system_scope("a test") as scope:
        assert Backup.objects.get(opened_at=scope.now).pk == newest.pk
    assert open_backups().opened == 0
    pass_days(database_time, 1)
    take_backup(cast.phone_system, b"newer")
    assert open_backups().opened == 0
    pass_days(database_time, 31)
    assert open_backups().opened == 1


def test_what_could_not_be_checked_while_it_came_reaches_its_level_when_it_is_opened(
    cast: Cast, database_time: DatabaseTime
) -> None:
    stored = take_backup(cast.phone_system)
    with system_scope("a test"):
        Backup.objects.filter(pk=stored.pk).update(level=Level.READ.value, opened_at=None)
    pass_days(database_time, 0.1)
    assert (open_backups().opened, backup().level) == (1, Level.OPENED)


def test_opening_finds_what_does_not_match_the_manifest(
    cast: Cast, shelf: Path, database_time: DatabaseTime
) -> None:
    take_backup(cast.phone_system)
    with system_scope("a test"):
        # The same hash in the row and on the disk, but not what was once signed.
        one, other = BackupPart.objects.order_by("pk")
        one.name, other.name = "db-asterisk", "swapped"
        other.save(update_fields=["name"])
        one.save(update_fields=["name"])
    pass_days(database_time, 0.1)
    assert open_backups().damaged == 1
    assert objects()[0].problem == OTHER_CONTENT


def test_a_key_that_nobody_has_is_an_alarm_of_ours_and_stops_no_other_customer(
    cast: Cast, database_time: DatabaseTime
) -> None:
    locked = take_backup(cast.phone_system)
    with system_scope("a test"):
        VaultKey.objects.update(sealed_identity="AAAA")
        other = build_device(build_site(cast.sutter), "Depot phone system")
    pass_days(database_time, 0.01)
    take_backup(other)
    pass_days(database_time, 0.1)
    count = open_backups()
    assert (count.opened, count.stopped) == (1, 1)
    with system_scope("a test"):
        assert Backup.objects.get(pk=locked.pk).damaged_at is None
        assert "does not open with the key of this vault" in OperatorAlarm.objects.get().detail
