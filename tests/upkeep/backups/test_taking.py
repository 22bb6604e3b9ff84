"""Keepers take what waits: whole or not at all, once, and within its hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from calcom_portal.common.tenancy import system_scope
from monitoring.models import Connection
from tests.cast import Cast
from tests.monitoring.builders import allow_loopback, build_connection, build_credential
from tests.monitoring.ssh_wire import LOGIN, PASSWORD, USER, Machine
from tests.stage import DatabaseTime
from tests.upkeep.shell_wire import machine_beside
from tests.upkeep.taking import begin_backup, plan_for
from upkeep.actions.ask_backup import ask_backup
from upkeep.backups.writing import LEASE
from upkeep.models import Backup, BackupPart, BackupState, Level, Restore, Trigger
from upkeep.sweeps import take_backups as sweep
from upkeep.sweeps.owe_backups import owe_backups
from upkeep.sweeps.take_backups import TakeCount, lease_next, take, take_backups

pytestmark = pytest.mark.django_db

START = "2026-06-15T10:00:00-07:00"
PROGRAMS = {
    "mariadb-dump": (
        "echo '-- MariaDB dump'; echo 'CREATE TABLE `users` (`id` int);';"
        " echo \"INSERT INTO \\`users\\` VALUES (1);\"; echo '-- Dump completed'"
    ),
    "mariadb": "case \"$*\" in *CHECKSUM*) printf 'asterisk.users\\t7\\n';; *) echo users;; esac",
}
FAILING = {**PROGRAMS, "mariadb-dump": "echo half; echo 'Got error: 1044' >&2; exit 2"}


@pytest.fixture
def shelf(settings: Any) -> Path:
    return Path(settings.BACKUP_STORE)


@pytest.fixture
def machine() -> Iterator[Machine]:
    with machine_beside(PROGRAMS) as running:
        yield running


def way_to(cast: Cast, machine: Machine, **fields: Any) -> Connection:
    allow_loopback(cast.calcom.pk)
    credential = build_credential(cast.phone_system, user=USER, password=PASSWORD)
    usual = {
        "driver": "ssh",
        "host": "127.0.0.1",
        "port": machine.target.port,
        "host_key": LOGIN.host_key,
        "credential": credential,
    }
    return build_connection(cast.phone_system, **{**usual, **fields})


def plan(cast: Cast, machine: Machine, folder: Path, **fields: Any) -> None:
    (folder / "pjsip.conf").write_text("[101]\n", encoding="utf-8")
    settings = {"paths": [str(folder)], "databases": ["asterisk"]}
    connection = fields.pop("connection", None) or way_to(cast, machine)
    usual = {"connection": connection, "settings": settings, "every_hours": 24}
    plan_for(cast.phone_system, **{**usual, **fields})


def asked(cast: Cast, trigger: Trigger = Trigger.BY_HAND) -> Backup:
    with system_scope("a test"):
        actor = cast.dana
        return ask_backup(device=cast.phone_system, trigger=trigger.value, actor=actor)


def again(backup: Backup) -> Backup:
    with system_scope("a test"):
        return Backup.objects.get(pk=backup.pk)


def objects_on(shelf: Path) -> list[str]:
    return sorted(path.name for path in shelf.rglob("[!.]*") if path.is_file())


def test_what_waits_is_taken_whole_and_opened(
    cast: Cast, machine: Machine, tmp_path: Path, shelf: Path
) -> None:
    folder = tmp_path / "etc"
    folder.mkdir()
    plan(cast, machine, folder)
    backup = asked(cast)
    assert take_backups() == TakeCount(stored=1)
    stored = again(backup)
    assert (stored.state, stored.level) == (BackupState.STORED, Level.OPENED)
    assert stored.baseline.pop("settings")["paths"] == [str(folder)]
    assert stored.baseline == {"table:asterisk.users": "7"}
    assert stored.attempts == 1
    assert objects_on(shelf) == ["config.zst.age", "db-asterisk.zst.age", "manifest.json.age"]
    assert take_backups() == TakeCount()


def test_a_dump_that_fails_leaves_nothing_and_says_why(
    cast: Cast, tmp_path: Path, shelf: Path
) -> None:
    with machine_beside(FAILING) as machine:
        plan(cast, machine, tmp_path)
        backup = asked(cast)
        assert take_backups() == TakeCount(failed=1)
    failed = again(backup)
    assert (failed.state, failed.look_at) == (BackupState.FAILED, None)
    assert failed.problem == "The dump of the database asterisk failed (exit 2): Got error: 1044"
    assert objects_on(shelf) == []
    with system_scope("a test"):
        assert not BackupPart.objects.exists()


def test_a_dump_without_its_end_is_none(cast: Cast, tmp_path: Path, shelf: Path) -> None:
    short = {**PROGRAMS, "mariadb-dump": "echo 'CREATE TABLE `users` (`id` int);'"}
    with machine_beside(short) as machine:
        plan(cast, machine, tmp_path)
        backup = asked(cast)
        assert take_backups() == TakeCount(failed=1)
    assert again(backup).state == BackupState.FAILED
    assert objects_on(shelf) == []


def test_a_planned_one_is_tried_three_times_before_it_failed(
    cast: Cast, tmp_path: Path, database_time: DatabaseTime
) -> None:
    now = database_time.set(START)
    with machine_beside(FAILING) as machine:
        plan(cast, machine, tmp_path)
        backup = asked(cast, Trigger.SCHEDULE)
        assert (take_backups(), take_backups()) == (TakeCount(put_off=1), TakeCount())
        waiting = again(backup)
        assert waiting.state == BackupState.WAITING
        assert waiting.look_at == now + timedelta(minutes=10)
        assert "Got error: 1044" in waiting.problem
        database_time.set(now + timedelta(minutes=10))
        assert take_backups() == TakeCount(put_off=1)
        database_time.set(now + timedelta(minutes=30))
        assert take_backups() == TakeCount(failed=1)


def test_another_host_key_stops_everything_before_a_password_is_sent(
    cast: Cast, machine: Machine, tmp_path: Path
) -> None:
    plan(cast, machine, tmp_path, connection=way_to(cast, machine, host_key="SHA256:other"))
    backup = asked(cast)
    assert take_backups() == TakeCount(failed=1)
    assert again(backup).problem == "Its host key is not the one that was confirmed."
    assert machine.tried == []


def test_a_planned_one_waits_for_its_hours_and_one_by_hand_does_not(
    cast: Cast, machine: Machine, tmp_path: Path, database_time: DatabaseTime
) -> None:
    now = database_time.set(START)
    plan(cast, machine, tmp_path, opens_at="01:00", closes_at="05:00")
    backup = asked(cast, Trigger.SCHEDULE)
    assert lease_next() is None
    waiting = again(backup)
    assert waiting.look_at == now + timedelta(hours=15)
    assert waiting.step == "Waiting for the hours in which it may be taken"
    asked(cast)
    assert take_backups() == TakeCount(stored=1)


def test_two_of_one_system_are_never_taken_beside_each_other(
    cast: Cast, machine: Machine, tmp_path: Path
) -> None:
    plan(cast, machine, tmp_path)
    first, second = asked(cast), asked(cast, Trigger.BEFORE_CHANGE)
    leased = lease_next()
    assert leased is not None
    assert leased.pk == first.pk
    assert lease_next() is None
    assert take(leased) == "stored"
    following = lease_next()
    assert following is not None
    assert following.pk == second.pk


def test_while_a_restore_runs_only_its_own_backup_is_taken(
    cast: Cast, machine: Machine, tmp_path: Path
) -> None:
    plan(cast, machine, tmp_path)
    former = asked(cast)
    assert take_backups() == TakeCount(stored=1)
    with system_scope("a test") as scope:
        Restore.objects.create(
            provider_id=cast.calcom.pk,
            customer_id=cast.bayview.pk,
            device=cast.phone_system,
            backup=former,
            kind="system",
            state="running",
            asked_at=scope.now,
            begun_at=scope.now,
        )
    asked(cast)
    assert lease_next() is None
    asked(cast, Trigger.SAFETY)
    assert take_backups() == TakeCount(stored=1)


def test_what_a_dead_keeper_left_is_taken_from_the_start(
    cast: Cast, machine: Machine, tmp_path: Path, database_time: DatabaseTime
) -> None:
    now = database_time.set(START)
    plan(cast, machine, tmp_path)
    backup = asked(cast)
    dead = lease_next()
    assert dead is not None
    assert take_backups() == TakeCount()
    database_time.set(now + LEASE)
    assert take_backups() == TakeCount(stored=1)
    assert (again(backup).state, again(backup).attempts) == (BackupState.STORED, 2)
    # The dead one was only slow: what it has is nobody's any more.
    assert take(dead) == "dropped"
    assert again(backup).state == BackupState.STORED


def test_what_nobody_lives_through_is_given_up(
    cast: Cast, machine: Machine, tmp_path: Path, database_time: DatabaseTime
) -> None:
    now = database_time.set(START)
    plan(cast, machine, tmp_path)
    backup = asked(cast)
    for number in range(3):
        database_time.set(now + number * LEASE)
        assert lease_next() is not None
    database_time.set(now + 3 * LEASE)
    assert lease_next() is None
    given_up = again(backup)
    assert given_up.state == BackupState.FAILED
    assert given_up.problem.startswith("It was begun three times")


def test_what_was_sent_and_broke_off_has_failed(cast: Cast, database_time: DatabaseTime) -> None:
    now = database_time.set(START)
    plan_for(cast.phone_system, driver="drop")
    backup = begin_backup(cast.phone_system, Trigger.PUSHED)
    database_time.set(now + LEASE)
    assert lease_next() is None
    assert again(backup).problem == "It ended before all of it had come."


def test_our_own_fault_is_told_without_a_secret(
    cast: Cast, machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*_: object) -> None:
        raise ZeroDivisionError(PASSWORD)

    plan(cast, machine, tmp_path)
    backup = asked(cast)
    monkeypatch.setattr(sweep, "take_with_driver", explode)
    assert take_backups() == TakeCount(failed=1)
    assert again(backup).problem.startswith("Something went wrong on our side.")


def test_a_backup_far_smaller_than_usual_is_kept_with_a_warning(
    cast: Cast, machine: Machine, tmp_path: Path
) -> None:
    folder = tmp_path / "etc"
    folder.mkdir()
    (folder / "sounds").write_bytes(bytes(1_000_000))
    plan(cast, machine, folder)
    for trigger in (Trigger.BY_HAND, Trigger.SERVICE):
        asked(cast, trigger)
        assert take_backups() == TakeCount(stored=1)
    (folder / "sounds").unlink()
    backup = asked(cast)
    assert take_backups() == TakeCount(stored=1)
    [warning] = again(backup).warnings
    assert warning.startswith("It is much smaller than usual:")


def test_a_system_without_a_way_in_says_what_to_do(cast: Cast) -> None:
    plan_for(cast.phone_system, settings={"paths": ["/etc"]})
    backup = asked(cast)
    assert take_backups() == TakeCount(failed=1)
    assert again(backup).problem == (
        "It is not known any more how this system is reached."
        " Choose a connection in the plan of its backups."
    )


def test_a_plan_owes_one_each_time_and_not_one_more(
    cast: Cast, machine: Machine, tmp_path: Path, database_time: DatabaseTime
) -> None:
    now = database_time.set(START)
    plan(cast, machine, tmp_path, due_at=now)
    assert (owe_backups().asked, owe_backups().asked) == (1, 0)
    assert take_backups() == TakeCount(stored=1)
    database_time.set(now + timedelta(hours=23, minutes=59))
    assert owe_backups().asked == 0
    database_time.set(now + timedelta(hours=24))
    assert owe_backups().asked == 1
    # Nobody took it for days: it is not asked for twice.
    database_time.set(now + timedelta(days=4))
    owe_backups()
    with system_scope("a test"):
        assert Backup.objects.filter(state="waiting").count() == 1
        assert Backup.objects.filter(trigger="schedule").count() == 2


def test_after_a_night_away_the_next_night_is_waited_for(
    cast: Cast, machine: Machine, tmp_path: Path, database_time: DatabaseTime
) -> None:
    now = database_time.set(START)
    at = now - timedelta(hours=9)
    plan(cast, machine, tmp_path, due_at=at, opens_at="01:00", closes_at="05:00")
    count = owe_backups()
    assert (count.asked, count.put_off) == (0, 1)
    with system_scope("a test"):
        due = cast.phone_system.backup_plans.get().due_at
    assert due == now + timedelta(hours=15)
