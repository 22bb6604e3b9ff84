"""A large system on its way in and out takes no more memory than a small one."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from calcom_portal.common.tenancy import system_scope
from tests.cast import Cast
from tests.faults.children import start
from tests.lab.databases import Databases, databases, is_mariadb_installed
from tests.lab.machines import Door, sshd
from tests.lab.memory import peak, peak_until_end
from tests.monitoring.builders import allow_loopback, build_connection, build_credential
from tests.stage import acting
from tests.upkeep.restores.world import again, wish_for
from tests.upkeep.taking import plan_for
from upkeep.actions.ask_backup import ask_backup
from upkeep.actions.confirm_restore import NOTHING_LEFT, confirm_restore
from upkeep.actions.prepare_restore import prepare_restore
from upkeep.models import Backup, BackupState, Level, Restore, RestoreState
from upkeep.sweeps.run_restores import run_restores

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(not is_mariadb_installed(), reason="MariaDB is not installed."),
]
SIZE = 100_000_000
# What a worker takes besides what it is made of: a part that was held whole would be over it.
MOST_MB = 70
PATIENCE = 180
# A keeper or the vault has nothing to say of services here.
SYSTEMCTL = "#!/bin/sh\necho active\n"


@dataclass(frozen=True)
class Machine:
    """A machine with a large file, and a small database."""

    folder: Path
    door: Door
    databases: Databases

    @property
    def recording(self) -> Path:
        """Return its large file, which zstd makes no smaller."""
        return self.folder / "spool/recording.wav"


@pytest.fixture
def machine(folder: Path) -> Iterator[Machine]:
    with sshd(folder) as door, databases(folder, calls=1000) as running:
        made = Machine(folder, door, running)
        for name in ("bin", "spool"):
            (folder / name).mkdir()
        (folder / "bin/systemctl").write_text(SYSTEMCTL)
        (folder / "bin/systemctl").chmod(0o755)
        made.recording.write_bytes(random.Random(5).randbytes(SIZE))
        yield made


@pytest.fixture
def cast(committed_cast: Cast, machine: Machine) -> Cast:
    """Give people whose phone system the machine is."""
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
            "paths": [str(machine.folder / "spool")],
            "databases": ["asterisk", "asteriskcdrdb"],
            "services": ["pbx.service"],
            "defaults_file": str(machine.databases.defaults_file),
        },
    )
    return cast


def taken_by(role: str, settings: Any) -> float:
    """Let a worker of its own process do its work; return how many MB it took for that."""
    worker = start(role, BACKUP_STORE=str(settings.BACKUP_STORE))
    idle = peak(worker.pid)
    assert idle > 0
    return peak_until_end(worker, PATIENCE) - idle


def asked(cast: Cast) -> Backup:
    with acting(cast.dana):
        return ask_backup(device=cast.phone_system, trigger="by_hand", actor=cast.dana)


def begun(cast: Cast, backup: Backup) -> Restore:
    """Ask for a restore, and confirm it."""
    with acting(cast.dana):
        wish = wish_for(backup, without_safety=True)
        made = prepare_restore(wish=wish, actor=cast.dana)
    run_restores()
    accepted = [one["code"] for one in again(made).findings if one["weight"] == "asks"]
    with acting(cast.marco):
        return confirm_restore(
            restore=again(made),
            typed_name=made.device.name,
            accepted=accepted,
            alone_reason="",
            nothing_left=NOTHING_LEFT,
            actor=cast.marco,
        )


def test_a_large_system_takes_no_more_memory_than_a_small_one(
    cast: Cast, machine: Machine, settings: Any
) -> None:
    backup = asked(cast)
    taking = taken_by("keep", settings)
    with system_scope("a test"):
        backup = Backup.objects.get(pk=backup.pk)
    assert (backup.state, backup.level, backup.problem) == (BackupState.STORED, Level.OPENED, "")
    assert backup.stored_bytes > SIZE
    was = machine.recording.read_bytes()
    shutil.rmtree(machine.recording.parent)
    restore = begun(cast, backup)
    giving = taken_by("give_back", settings)
    restore = again(restore)
    assert (restore.state, restore.problem) == (RestoreState.RESTORED, "")
    assert machine.recording.read_bytes() == was
    assert (taking < MOST_MB, giving < MOST_MB) == (True, True), (taking, giving)
