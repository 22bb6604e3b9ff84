"""Keepers killed in the middle of a real dump: no half backup, and nothing goes on over there."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.db import connections

from accounts.viewer import Viewer
from calcom_portal.common.tenancy import system_scope
from contracts.models import Device
from monitoring.models import Credential
from tests.builders import build_device
from tests.cast import Cast
from tests.faults.children import wait_until
from tests.lab.databases import Databases, databases, is_mariadb_installed
from tests.lab.machines import Door, sshd
from tests.lab.servers import until
from tests.monitoring.builders import allow_loopback, build_connection, build_credential
from tests.stage import acting
from tests.upkeep.taking import plan_for
from tests.upkeep.wholeness import is_whole
from upkeep.actions.ask_backup import ask_backup
from upkeep.models import Backup, BackupPart, BackupState, Level, StoredObject, VaultKey
from upkeep.store.parts import PartWriter
from upkeep.sweeps.sweep_store import LEFT_BEHIND_AFTER, sweep_store
from upkeep.sweeps.take_backups import DIED, TakeCount, take_backups

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(not is_mariadb_installed(), reason="MariaDB is not installed."),
]
# Of parts of 20 MB and more, so that far more is to come than lies between two machines.
MIDDLE = 1_000_000
MINUTE = timedelta(minutes=1)
LARGE = 20_000_000
ARCHIVE, DUMP, COPY = "config", "db-asteriskcdrdb", "sqlite-1"
# Scratch folders of commands lie in ours, where they are seen.
MKTEMP = '#!/bin/sh\nexec /usr/bin/mktemp -p {scratch} "$@"\n'


@dataclass(frozen=True)
class Machine:
    """A machine with large files, and databases with many calls."""

    folder: Path
    door: Door
    databases: Databases

    @property
    def scratch(self) -> Path:
        """Return where its commands put what they need for a moment."""
        return self.folder / "scratch"

    def at_work(self) -> dict[int, str]:
        """Return what sshd runs there for us: process ids and command lines."""
        parents, lines = {}, {}
        for place in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                after_name = (place / "stat").read_text().rpartition(")")[2].split()
                parents[int(place.name)] = int(after_name[1])
                lines[int(place.name)] = (place / "cmdline").read_text().replace("\0", " ")
        ours, found = {self.door.server.process.pid}, 0
        while len(ours) > found:
            found = len(ours)
            ours |= {pid for pid, parent in parents.items() if parent in ours}
        return {pid: lines[pid] for pid in ours - {self.door.server.process.pid}}

    def transactions(self) -> str:
        """Count the transactions that are open in its databases."""
        return self.databases.ask("SELECT COUNT(*) FROM information_schema.innodb_trx").strip()

    def is_free(self) -> bool:
        """Could every table be changed at once? Raises CalledProcessError when it is locked."""
        self.databases.ask(
            "SET lock_wait_timeout = 1; LOCK TABLES asteriskcdrdb.cdr WRITE; UNLOCK TABLES;"
            "ALTER TABLE asteriskcdrdb.cdr COMMENT 'seen'; ALTER TABLE asteriskcdrdb.cdr COMMENT ''"
        )
        return self.transactions() == "0"


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    with (
        TemporaryDirectory(prefix="lab-", ignore_cleanup_errors=True) as path,
        sshd(Path(path)) as door,
        databases(Path(path)) as running,
    ):
        made = Machine(Path(path), door, running)
        for name in ("bin", "etc", "scratch"):
            (made.folder / name).mkdir()
        script = made.folder / "bin/mktemp"
        script.write_text(MKTEMP.format(scratch=made.scratch))
        script.chmod(0o755)
        (made.folder / "etc/greeting.wav").write_bytes(os.urandom(LARGE))
        with sqlite3.connect(made.folder / "calls.sqlite3") as calls:
            calls.execute("CREATE TABLE calls (sound BLOB)")
            calls.execute("INSERT INTO calls VALUES (?)", (os.urandom(LARGE),))
        yield made


@pytest.fixture
def shelf(settings: Any) -> Path:
    return Path(settings.BACKUP_STORE)


@pytest.fixture
def backup(committed_cast: Cast, machine: Machine) -> Backup:
    """Give a backup that waits for a keeper."""
    cast, login = committed_cast, machine.door.login
    allow_loopback(cast.calcom.pk)
    build_credential(
        cast.phone_system, "ssh_key", user=login.username, private_key=login.private_key
    )
    return asked_for(cast.phone_system, machine, cast.dana)


def asked_for(device: Device, machine: Machine, actor: Viewer) -> Backup:
    """Have a system backed up that is the machine, by the login that its customer has."""
    with system_scope("a test"):
        credential = Credential.objects.get(customer=device.customer_id)
    connection = build_connection(
        device,
        driver="ssh",
        port=machine.door.server.target.port,
        host_key=machine.door.login.host_key,
        credential=credential,
    )
    plan_for(
        device,
        connection=connection,
        settings={
            "paths": [str(machine.folder / "etc")],
            "databases": ["asteriskcdrdb"],
            "sqlite": [str(machine.folder / "calls.sqlite3")],
            "defaults_file": str(machine.databases.defaults_file),
        },
    )
    with acting(actor):
        return ask_backup(device=device, trigger="by_hand", actor=actor)


def now(backup: Backup) -> Backup:
    with system_scope("a test looks at a backup"):
        return Backup.objects.get(pk=backup.pk)


@contextmanager
def keeper_half_through(part: str) -> Iterator[int]:
    """Have a keeper of its own process stand still in the middle of a part, and kill it after."""
    # A connection belongs to one process.
    connections.close_all()
    keeper = os.fork()
    if keeper == 0:
        try:
            _stand_still_in(part)
            take_backups()
        finally:
            os._exit(0)
    try:
        wait_until(lambda: os.waitpid(keeper, os.WUNTRACED | os.WNOHANG)[0] == keeper, MINUTE)
        yield keeper
    finally:
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(keeper, signal.SIGKILL)
            os.waitpid(keeper, 0)


def killed_in(part: str, machine: Machine) -> None:
    """Let a keeper work until a part is half here, and kill it there."""
    with keeper_half_through(part):
        busy = machine.at_work()
        assert busy, "Nothing was running over there."
        assert machine.transactions() == ("1" if part == DUMP else "0")
    until(lambda: not machine.at_work() and not any(map(_runs, busy)))
    until(lambda: machine.transactions() == "0")


def _stand_still_in(part: str) -> None:
    """Have this process stop once, in the middle of a part."""
    usual, is_there = PartWriter.write, False

    def write(writer: PartWriter, data: bytes) -> int:
        nonlocal is_there
        written = usual(writer, data)
        if not is_there and writer.name == part and writer.plain_bytes >= MIDDLE:
            is_there = True
            os.kill(os.getpid(), signal.SIGSTOP)
        return written

    PartWriter.write = write  # type: ignore[method-assign]


def _runs(pid: int) -> bool:
    """Does it do anything? Whoever nobody waits for stays as a name only."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def let_the_lease_end(backup: Backup) -> None:
    with system_scope("a test lets time pass") as scope:
        Backup.objects.filter(pk=backup.pk).update(look_at=scope.now)


def let_days_pass(shelf: Path) -> None:
    """Make everything that lies there as old as what is swept."""
    old = time.time() - (LEFT_BEHIND_AFTER + timedelta(minutes=1)).total_seconds()
    for path in shelf.rglob("[!.]*"):
        os.utime(path, (old, old))


def counted() -> tuple[int, int]:
    with system_scope("a test counts rows"):
        return BackupPart.objects.count(), StoredObject.objects.count()


def test_keepers_killed_in_an_archive_and_in_a_dump_leave_a_whole_backup_to_the_next(
    committed_cast: Cast, backup: Backup, machine: Machine, shelf: Path
) -> None:
    for part in (ARCHIVE, DUMP):
        killed_in(part, machine)
        assert (now(backup).state, counted()) == (BackupState.RUNNING, (0, 0))
        assert machine.is_free()
        assert take_backups() == TakeCount(), "Its lease is not over yet."
        let_the_lease_end(backup)
    assert take_backups() == TakeCount(stored=1)
    taken = now(backup)
    assert (taken.state, taken.level, taken.attempts) == (BackupState.STORED, Level.OPENED, 3)
    # The archive of the second attempt was whole, and belongs to nothing.
    assert len(list(shelf.rglob("*.part"))) == 2
    let_days_pass(shelf)
    swept = sweep_store()
    assert (swept.leftovers, swept.orphans, swept.unknown) == (2, 1, 0)
    assert is_whole(shelf, committed_cast.calcom.pk)


def test_a_backup_whose_keepers_are_killed_three_times_is_given_up_in_words_with_nothing_left(
    backup: Backup, machine: Machine, shelf: Path
) -> None:
    for part in (COPY, DUMP, COPY):
        killed_in(part, machine)
        assert list(machine.scratch.iterdir()) == []
        let_the_lease_end(backup)
    assert take_backups() == TakeCount()
    ended = now(backup)
    assert (ended.state, ended.problem, counted()) == (BackupState.FAILED, DIED, (0, 0))
    let_days_pass(shelf)
    sweep_store()
    assert [path for path in shelf.rglob("[!.]*") if path.is_file()] == []
    assert machine.is_free()


def test_two_systems_of_one_customer_are_taken_at_once(
    committed_cast: Cast, backup: Backup, machine: Machine, shelf: Path
) -> None:
    cast = committed_cast
    with keeper_half_through(DUMP) as keeper:
        other = asked_for(build_device(cast.market_street), machine, cast.dana)
        assert take_backups() == TakeCount(stored=1)
        assert (now(other).state, now(backup).state) == (BackupState.STORED, BackupState.RUNNING)
        os.kill(keeper, signal.SIGCONT)
        wait_until(lambda: now(backup).state != BackupState.RUNNING, MINUTE)
    assert (now(backup).state, now(backup).attempts) == (BackupState.STORED, 1)
    with system_scope("a test"):
        assert VaultKey.objects.filter(customer=cast.bayview).count() == 1
    assert is_whole(shelf, cast.calcom.pk)
