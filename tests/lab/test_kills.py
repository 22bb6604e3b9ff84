"""Workers killed while a real machine does what they told it: whole in the end, or as before."""

import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.conf import settings

from calcom_portal.common.tenancy import system_scope
from tests.cast import Cast
from tests.faults.restorers import ROUTES, Place, die, killed_worker
from tests.lab.databases import Databases, databases, is_mariadb_installed
from tests.lab.machines import Door, sshd
from tests.monitoring.builders import allow_loopback, build_connection, build_credential
from tests.stage import acting
from tests.upkeep.restores.world import again, is_running, steps_of, wish_for
from tests.upkeep.taking import plan_for
from upkeep.actions.ask_backup import ask_backup
from upkeep.actions.confirm_restore import confirm_restore
from upkeep.actions.prepare_restore import prepare_restore
from upkeep.actions.start_rehearsal import start_rehearsal
from upkeep.drivers.giving_commands import ROOMY
from upkeep.drivers.shell import Line, Shell
from upkeep.models import Backup, Level, Restore, RestoreKind, RestoreState
from upkeep.restores import on_system
from upkeep.restores.facts import facts_of
from upkeep.restores.mariadb import ScratchDatabase
from upkeep.restores.steps import Do, Step, next_move
from upkeep.sweeps.run_restores import run_restores
from upkeep.sweeps.take_backups import take_backups

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(not is_mariadb_installed(), reason="MariaDB is not installed."),
]
SYSTEMCTL = """#!/bin/sh
case $1 in
stop) rm -f {folder}/runs ;;
start) touch {folder}/runs ;;
is-active) if test -e {folder}/runs; then echo active; else echo inactive; exit 3; fi ;;
esac
"""
SYSTEM, REHEARSAL = RestoreKind.SYSTEM.value, RestoreKind.REHEARSAL.value
CONF = "[101]\ntype=endpoint\n"
# What a machine still does for a worker that is gone ends with its input, long before a lease.
DYING = 0.3
MOST_CALLS = 120


@dataclass(frozen=True)
class Machine:
    """A machine that runs for all tests: files, databases, and one service."""

    folder: Path
    door: Door
    databases: Databases

    @property
    def etc(self) -> Path:
        """Return where its settings are."""
        return self.folder / "etc"

    def lay_out(self) -> None:
        """Make it as it was when it was backed up."""
        self._write(CONF)
        self.databases.ask("UPDATE asterisk.users SET name = 'Alice' WHERE extension = '101'")

    def live_on(self) -> None:
        """Make it as it is when it is restored."""
        self._write("[102]\n")
        self.databases.ask("UPDATE asterisk.users SET name = 'Al' WHERE extension = '101'")

    def _write(self, text: str) -> None:
        self.etc.mkdir(exist_ok=True)
        (self.etc / "pjsip.conf").write_text(text)
        (self.folder / "runs").touch()

    def state(self) -> object:
        """Return what it is like, with all that lies beside its things."""
        files = {path.name: path.read_bytes() for path in self.etc.rglob("*.conf")}
        beside = [path.name for path in self.folder.glob("*.portal-*")]
        beside += [path.name for path in Path(ROOMY).glob("portal-restore-*")]
        beside += self.databases.ask("SHOW DATABASES LIKE 'portal%'").split()
        return files, self.databases.checksums(), beside, (self.folder / "runs").exists()


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    with (
        TemporaryDirectory(prefix="lab-", ignore_cleanup_errors=True) as path,
        sshd(Path(path)) as door,
        databases(Path(path), calls=1000) as running,
    ):
        script = Path(path, "bin/systemctl")
        script.parent.mkdir()
        script.write_text(SYSTEMCTL.format(folder=path))
        script.chmod(0o755)
        yield Machine(Path(path), door, running)


@pytest.fixture
def cast(committed_cast: Cast, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Give people whose phone system the machine is; what differs then differs at once."""
    monkeypatch.setattr(on_system, "VERIFY_PATIENCE", timedelta(0))
    cast, login = committed_cast, machine.door.login
    allow_loopback(cast.calcom.pk)
    connection = build_connection(
        cast.phone_system,
        driver="ssh",
        port=machine.door.server.target.port,
        host_key=login.host_key,
        credential=build_credential(
            cast.phone_system, "ssh_key", user=login.username, private_key=login.private_key
        ),
    )
    plan_for(
        cast.phone_system,
        connection=connection,
        settings={
            "paths": [str(machine.etc)],
            "databases": ["asterisk", "asteriskcdrdb"],
            "services": ["pbx.service"],
            "defaults_file": str(machine.databases.defaults_file),
        },
    )
    return cast


def backed_up(cast: Cast, **fields: object) -> Backup:
    with acting(cast.dana):
        asked = ask_backup(device=cast.phone_system, trigger="by_hand", actor=cast.dana)
    take_backups()
    with system_scope("a test"):
        backup = Backup.objects.get(pk=asked.pk)
        assert (backup.problem, backup.level) == ("", Level.OPENED)
        Backup.objects.filter(pk=backup.pk).update(baseline={**backup.baseline, **fields})
    return backup


def begun(cast: Cast, backup: Backup) -> Restore:
    with acting(cast.dana):
        made = prepare_restore(wish=wish_for(backup), actor=cast.dana)
    run_restores()
    accepted = [one["code"] for one in again(made).findings if one["weight"] == "asks"]
    with acting(cast.marco):
        return confirm_restore(
            restore=again(made),
            typed_name=made.device.name,
            accepted=accepted,
            alone_reason="",
            actor=cast.marco,
        )


def go_on(restore: Restore, until: Step | None = None) -> Restore:
    """Let workers that live work until a step is next, or to the end."""
    for _ in range(MOST_CALLS):
        with system_scope("a test lets time pass") as scope:
            Restore.objects.filter(pk=restore.pk, state="running").update(look_at=scope.now)
            move = next_move(restore.kind, facts_of(restore))
        if isinstance(move, Do) and move.step is until:
            return again(restore)
        run_restores()
        take_backups()
        if not is_running(restore):
            return again(restore)
    raise AssertionError(steps_of(restore)[-10:])


def in_command(number: int) -> None:
    """Die while the machine runs the command of this number of a step."""
    usual: Callable[..., Any] = Shell._running
    count = 0

    @asynccontextmanager
    async def running(shell: Shell, line: Line) -> AsyncIterator[Any]:
        nonlocal count
        count += 1
        async with usual(shell, line) as process:
            if count == number:
                time.sleep(0.02)
                die()
            yield process

    Shell._running = running  # type: ignore[assignment]


def in_loading() -> None:
    """Die while the server of a rehearsal runs."""
    ScratchDatabase.load = lambda *_: die()  # type: ignore[method-assign]


@pytest.mark.parametrize(("way", "number"), [("ahead", 1), ("ahead", 5), ("back", 2)])
def test_a_machine_is_whole_though_a_worker_is_killed_in_every_step(
    cast: Cast, machine: Machine, way: str, number: int
) -> None:
    machine.lay_out()
    then = machine.state()
    # With one table that was never like this it is put back.
    odd = {} if way == "ahead" else {"table:asterisk.users": "0"}
    backup = backed_up(cast, **odd)
    machine.live_on()
    now = machine.state()
    restore = begun(cast, backup)
    for step in ROUTES[SYSTEM, way]:
        go_on(restore, until=step)
        killed_worker(SYSTEM, step, Place.HALF, partial(in_command, number))
        time.sleep(DYING)
    restore = go_on(restore)
    if way == "ahead":
        assert (restore.state, restore.problem) == (RestoreState.RESTORED, "")
        assert machine.state() == then
    else:
        assert restore.state == RestoreState.SWAPPED_BACK
        assert restore.problem == "The table asterisk.users holds something else."
        assert machine.state() == now


def test_a_rehearsal_whose_worker_is_killed_leaves_no_server_and_proves_the_backup(
    cast: Cast, machine: Machine
) -> None:
    machine.lay_out()
    backup = backed_up(cast)
    with acting(cast.dana):
        restore = start_rehearsal(device=cast.phone_system, actor=cast.dana)
    killed_worker(REHEARSAL, Step.UNPACK, Place.HALF, in_loading)
    folder = str(settings.REHEARSALS_DIR)
    time.sleep(DYING)
    assert folder not in subprocess.check_output(["ps", "-eo", "args"], text=True)
    assert list(Path(folder).iterdir()) != []
    assert go_on(restore).state == RestoreState.RESTORED
    assert list(Path(folder).iterdir()) == []
    with system_scope("a test"):
        assert Backup.objects.get(pk=backup.pk).level == Level.PROVEN
