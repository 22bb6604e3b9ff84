"""A whole phone system to back up and restore: Asterisk, MariaDB and files behind real SSH."""

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from calcom_portal.common.tenancy import system_scope
from monitoring.probes.digest import Login
from monitoring.probes.results import Outcome
from monitoring.probes.sip import probe_sip_login
from monitoring.probes.sip_wire import SipSocket
from tests.cast import Cast
from tests.lab.databases import CALLS, Databases, databases
from tests.lab.machines import Door, sshd
from tests.lab.pbx import MANAGER, PHONE, PHONE_PASSWORD, PhoneSystem, asterisk
from tests.lab.servers import until
from tests.monitoring.builders import allow_loopback, build_connection, build_credential
from tests.stage import acting
from tests.upkeep.restores.world import again, is_running, wish_for
from tests.upkeep.taking import plan_for
from upkeep.actions.ask_backup import ask_backup
from upkeep.actions.confirm_restore import NOTHING_LEFT, confirm_restore
from upkeep.actions.prepare_restore import prepare_restore
from upkeep.drivers.giving_commands import ROOMY
from upkeep.models import Backup, BackupState, Level, Restore
from upkeep.sweeps.run_restores import run_restores
from upkeep.sweeps.take_backups import take_backups

PATIENCE = 180
# What systemd does for the one service of the machine.
SYSTEMCTL = """#!/bin/sh
pid=$(cat {folder}/pbx.pid 2>/dev/null)
runs() {{ test -n "$pid" && test -d /proc/$pid && ! grep -q ') Z' /proc/$pid/stat; }}
case $1 in
stop) # One that is told while it still starts may not hear it: as systemd does, after a while.
  tries=0; runs && kill $pid
  while runs; do sleep 0.1; tries=$((tries + 1)); test $tries -lt 100 || kill -9 $pid; done ;;
start) runs || {{ setsid {command} >/dev/null 2>&1 </dev/null & echo $! > {folder}/pbx.pid; }} ;;
is-active) if runs; then echo active; else echo inactive; exit 3; fi ;;
esac
exit 0
"""


@dataclass(frozen=True)
class Pbx:
    """A phone system, its machine, and its databases."""

    folder: Path
    system: PhoneSystem
    databases: Databases

    def control(self, act: str) -> None:
        """Start or stop it, as its machine would."""
        subprocess.run([str(self.folder / "bin/systemctl"), act], check=True)

    def signs_in(self) -> bool:
        """Can the phone register?"""
        return asyncio.run(self._asked()) is Outcome.ALIVE

    async def _asked(self) -> Outcome:
        own = await SipSocket.open("127.0.0.1")
        try:
            login = Login(PHONE, PHONE_PASSWORD)
            wait = timedelta(seconds=2)
            return (await probe_sip_login(self.system.target, wait, own, login)).outcome
        finally:
            own.close()

    def files(self) -> dict[str, bytes]:
        """Return its configuration."""
        root = self.folder / "etc"
        return {str(one.relative_to(root)): one.read_bytes() for one in root.rglob("*.conf")}

    def messages(self) -> dict[str, str]:
        """Return the SHA-256 of every file of its voicemail."""
        root = self.folder / "spool/voicemail"
        found = (one for one in root.rglob("*") if one.is_file())
        return {str(one.relative_to(root)): sha256(one.read_bytes()).hexdigest() for one in found}

    def forwards(self) -> list[tuple[str, str]]:
        """Return what its own database has of forwarded calls."""
        path = self.folder / "lib/astdb.sqlite3"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            rows = database.execute("SELECT key, value FROM astdb WHERE key LIKE '/CFIM/%'")
            return sorted(rows.fetchall())

    def leftovers(self) -> list[str]:
        """Return what a restore left behind."""
        beside = [str(one) for one in self.folder.glob("*.portal-*")]
        beside += [str(one) for one in Path(ROOMY).glob("portal-restore-*")]
        return beside + self.databases.ask("SHOW DATABASES LIKE 'portal%'").split()


@contextmanager
def whole_system(cast: Cast, folder: Path, *, calls: int = CALLS) -> Iterator[Pbx]:
    """Run one, planned to be backed up; its service starts and stops as its machine would."""
    with (
        sshd(folder) as door,
        databases(folder, calls=calls) as running,
        asterisk(folder) as system,
    ):
        _plan(cast, folder, door, running, system)
        _service(folder, system)
        made = Pbx(folder, system, running)
        _live_in(made)
        until(made.signs_in)
        yield made
        with suppress(ProcessLookupError, ValueError):
            os.kill(int((folder / "pbx.pid").read_text()), signal.SIGKILL)


def _live_in(pbx: Pbx) -> None:
    """Have its people forward calls, and leave messages to each other."""
    # While it runs it keeps its database to itself.
    pbx.control("stop")
    with closing(sqlite3.connect(pbx.folder / "lib/astdb.sqlite3")) as database:
        values = [("/CFIM/101", "555"), ("/CFIM/102", "556")]
        database.executemany("INSERT INTO astdb VALUES (?, ?)", values)
        database.commit()
    inbox = pbx.folder / "spool/voicemail/default/101/INBOX"
    inbox.mkdir(parents=True)
    for number in range(3):
        (inbox / f"msg000{number}.txt").write_text(f"[message]\ncallerid=Caller {number}\n")
        (inbox / f"msg000{number}.wav").write_bytes(os.urandom(90_000))
    pbx.control("start")


def _plan(cast: Cast, folder: Path, door: Door, running: Databases, system: PhoneSystem) -> None:
    allow_loopback(cast.calcom.pk)
    credential = build_credential(
        cast.phone_system,
        "ssh_key",
        user=door.login.username,
        private_key=door.login.private_key,
        ami_user=MANAGER.username,
        ami_password=MANAGER.password,
    )
    connection = build_connection(
        cast.phone_system,
        driver="asterisk",
        port=door.server.target.port,
        host_key=door.login.host_key,
        credential=credential,
    )
    plan_for(
        cast.phone_system,
        driver="asterisk",
        connection=connection,
        settings={
            "config": str(folder / "etc"),
            "astdb": str(folder / "lib/astdb.sqlite3"),
            "voicemail": str(folder / "spool/voicemail"),
            "databases": ["asterisk", "asteriskcdrdb"],
            "services": ["asterisk.service"],
            "manager_port": system.manager_port,
            "defaults_file": str(running.defaults_file),
        },
    )


def _service(folder: Path, system: PhoneSystem) -> None:
    """Hand the phone system over to what starts and stops it by its name."""
    process = system.server.process
    command = subprocess.list2cmdline(process.args)  # type: ignore[arg-type]
    own = folder / "bin"
    own.mkdir()
    script = own / "systemctl"
    script.write_text(SYSTEMCTL.format(folder=folder, command=command))
    script.chmod(0o755)
    system.server.kill()
    subprocess.run([str(script), "start"], check=True)


def backed_up(cast: Cast) -> Backup:
    """Have it backed up."""
    with acting(cast.dana):
        asked = ask_backup(device=cast.phone_system, trigger="by_hand", actor=cast.dana)
    take_backups()
    with system_scope("a test"):
        backup = Backup.objects.get(pk=asked.pk)
    assert (backup.state, backup.level, backup.problem) == (BackupState.STORED, Level.OPENED, "")
    return backup


def destroy(pbx: Pbx) -> None:
    """Do what a broken disk does: what is left is a machine with nothing on it to save."""
    pbx.control("stop")
    for name in ("etc", "lib", "spool"):
        shutil.rmtree(pbx.folder / name)
    # What the installation of the programs makes anew, and nothing else.
    (pbx.folder / "lib").mkdir()
    (pbx.folder / "spool").mkdir()
    pbx.databases.ask("DROP DATABASE asterisk; DROP DATABASE asteriskcdrdb;")


def restored(cast: Cast, backup: Backup) -> Restore:
    """Ask for a restore, confirm it, and let the workers do it."""
    with acting(cast.dana):
        wish = wish_for(backup, without_safety=True)
        made = prepare_restore(wish=wish, actor=cast.dana)
    run_restores()
    made = again(made)
    assert made.problem == ""
    accepted = [one["code"] for one in made.findings if one["weight"] == "asks"]
    with acting(cast.marco):
        confirm_restore(
            restore=made,
            typed_name=made.device.name,
            accepted=accepted,
            alone_reason="",
            actor=cast.marco,
            nothing_left=NOTHING_LEFT,
        )
    return worked_off(made)


def worked_off(made: Restore) -> Restore:
    """Let the workers do it, to its end."""
    end = time.monotonic() + PATIENCE
    while is_running(made):
        assert time.monotonic() < end
        run_restores()
        take_backups()
        time.sleep(0.1)
    return again(made)
