"""Backups of a real phone system: OpenSSH, MariaDB with 200,000 calls, Asterisk and its phone."""

import asyncio
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from calcom_portal.common.tenancy import system_scope
from monitoring.models import Connection
from monitoring.probes.digest import Login
from tests.cast import Cast
from tests.faults.children import ROOT
from tests.lab.databases import Databases, databases, is_mariadb_installed
from tests.lab.machines import Door, sshd
from tests.lab.pbx import MANAGER, PhoneSystem, asterisk, is_asterisk_there, phone
from tests.lab.servers import kamailio, until, written
from tests.monitoring.builders import allow_loopback, build_connection, build_credential
from tests.upkeep.memory_sink import MemorySink
from tests.upkeep.shell_wire import reach_to
from tests.upkeep.taking import plan_for
from upkeep.actions.ask_backup import ask_backup
from upkeep.backups.customer_keys import identity_for
from upkeep.backups.plan_settings import checked_plan_settings
from upkeep.drivers.asterisk import AsteriskDriver
from upkeep.drivers.base import DriverFailed, Finding, Reach, Taken
from upkeep.drivers.ssh import SshDriver
from upkeep.models import Backup, BackupPart, BackupState, Level, StoredObject
from upkeep.store.keys import Place
from upkeep.store.objects import object_store
from upkeep.store.parts import open_part
from upkeep.sweeps.take_backups import TakeCount, take_backups

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(not is_mariadb_installed(), reason="MariaDB is not installed."),
]
NAMES = ["asterisk", "asteriskcdrdb"]
# What docs/equipment.md asks for, and no more.
LOGIN_FOR_BACKUPS = "CREATE USER backup@localhost IDENTIFIED BY 's3cret-dump';" + "".join(
    f"GRANT SELECT, LOCK TABLES, SHOW VIEW, TRIGGER, EVENT ON {name}.* TO backup@localhost;"
    for name in NAMES
)


@dataclass(frozen=True)
class Machine:
    """What a phone system's machine consists of."""

    folder: Path
    door: Door
    databases: Databases

    def settings(self, **more: Any) -> dict[str, Any]:
        """Return what a plan by SSH is told of it."""
        usual = {
            "paths": [str(self.folder / "etc")],
            "databases": NAMES,
            "defaults_file": str(self.folder / "backup.cnf"),
        }
        return {**usual, **more}

    @property
    def reach(self) -> Reach:
        """Return the way to it."""
        return reach_to(self.door.server.target, self.door.login)


@pytest.fixture
def cast(committed_cast: Cast) -> Cast:
    """Give people whose rows a keeper's second connection sees as well."""
    return committed_cast


@pytest.fixture
def machine(folder: Path) -> Iterator[Machine]:
    (folder / "etc").mkdir()
    (folder / "etc/extensions_custom.conf").write_text("; ours\n", encoding="utf-8")
    with sshd(folder) as door, databases(folder) as running:
        running.ask(LOGIN_FOR_BACKUPS)
        login = f"[client]\nuser=backup\npassword=s3cret-dump\nsocket={running.socket}\n"
        written(folder / "backup.cnf", login)
        yield Machine(folder, door, running)


def way_to(cast: Cast, door: Door, manager: Login | None = None) -> Connection:
    allow_loopback(cast.calcom.pk)
    secret = {"user": door.login.username, "private_key": door.login.private_key}
    if manager is not None:
        secret |= {"ami_user": manager.username, "ami_password": manager.password}
    return build_connection(
        cast.phone_system,
        driver="asterisk" if manager else "ssh",
        port=door.server.target.port,
        host_key=door.login.host_key,
        credential=build_credential(cast.phone_system, "ssh_key", **secret),
    )


def taken(cast: Cast) -> Backup:
    with system_scope("a test"):
        asked = ask_backup(device=cast.phone_system, trigger="by_hand", actor=cast.dana)
    take_backups()
    with system_scope("a test"):
        return Backup.objects.get(pk=asked.pk)


def opened(backup: Backup, name: str) -> bytes:
    """Return the plain bytes of a part, as the vault would."""
    with system_scope("a test"):
        part = BackupPart.objects.select_related("stored_object").get(backup=backup, name=name)
    kept = part.stored_object
    identity = identity_for(Place(backup.provider_id, backup.customer_id), kept.recipients)
    return open_part(object_store(), kept.key, identity).read()


def from_driver(machine: Machine, **settings: Any) -> tuple[Taken, MemorySink]:
    sink = MemorySink()
    kept = checked_plan_settings("ssh", machine.settings(**settings))
    return asyncio.run(SshDriver().take(machine.reach, kept, sink)), sink


@pytest.mark.parametrize("sudo", [False, True])
def test_a_machine_is_backed_up_whole_and_its_dumps_load_to_the_same_rows(
    cast: Cast, machine: Machine, *, sudo: bool
) -> None:
    settings = machine.settings(sudo=sudo)
    plan_for(cast.phone_system, connection=way_to(cast, machine.door), settings=settings)
    backup = taken(cast)
    assert (backup.state, backup.level, backup.problem) == (BackupState.STORED, Level.OPENED, "")
    assert backup.plain_bytes > 15_000_000
    assert len([name for name in backup.baseline if name.startswith("table:")]) == 4
    before = machine.databases.checksums()
    for name in NAMES:
        machine.databases.ask(f"DROP DATABASE {name}; CREATE DATABASE {name};")
        subprocess.run(
            ["mariadb", f"--defaults-file={machine.databases.defaults_file}", name],
            input=opened(backup, f"db-{name}"),
            check=True,
        )
    assert machine.databases.checksums() == before


def test_what_did_not_change_is_not_stored_again(cast: Cast, machine: Machine) -> None:
    plan_for(cast.phone_system, connection=way_to(cast, machine.door), settings=machine.settings())
    first = taken(cast)
    machine.databases.ask("UPDATE asterisk.users SET name = 'Alicia' WHERE extension = '101'")
    second = taken(cast)
    assert (first.state, second.state) == (BackupState.STORED, BackupState.STORED)
    with system_scope("a test"):
        keys = StoredObject.objects.filter(gone_at=None, manifest_of=None).values_list(
            "key", flat=True
        )
        names = sorted(key.rpartition("/")[2] for key in keys)
    assert names == [
        "config.zst.age",
        "db-asterisk.zst.age",
        "db-asterisk.zst.age",
        "db-asteriskcdrdb.zst.age",
    ]


def test_a_dump_that_fails_leaves_no_object_and_says_why(
    cast: Cast, machine: Machine, settings: Any
) -> None:
    plan_for(cast.phone_system, connection=way_to(cast, machine.door), settings=machine.settings())
    # After the dump of the first database was well: a view of a table that is gone.
    machine.databases.ask(
        "CREATE VIEW asteriskcdrdb.numbers AS SELECT * FROM asterisk.incoming;"
        "DROP TABLE asterisk.incoming"
    )
    backup = taken(cast)
    assert backup.state == BackupState.FAILED
    assert backup.problem.startswith("The dump of the database asteriskcdrdb failed (exit ")
    assert "references invalid table" in backup.problem
    assert not [path for path in Path(settings.BACKUP_STORE).rglob("[!.]*") if path.is_file()]


def test_a_dump_that_is_killed_halfway_is_no_part(machine: Machine) -> None:
    own = machine.folder / "bin"
    own.mkdir()
    # Asked as itself, but cut off after 5 MB and killed, as by a machine that runs out of memory.
    script = own / "mariadb-dump"
    script.write_text(
        '#!/bin/sh\n/usr/bin/mariadb-dump "$@" | head -c 5000000\nkill -9 $$\n', encoding="utf-8"
    )
    script.chmod(0o755)
    sink = MemorySink()
    kept = checked_plan_settings("ssh", machine.settings(databases=["asteriskcdrdb"]))
    with pytest.raises(DriverFailed, match="asteriskcdrdb"):
        asyncio.run(SshDriver().take(machine.reach, kept, sink))
    assert (sorted(sink.parts), sink.abandoned) == (["config"], ["db-asteriskcdrdb"])


def test_a_machine_with_another_key_is_asked_nothing(cast: Cast, machine: Machine) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").get_fingerprint()
    connection = way_to(
        cast, replace(machine.door, login=replace(machine.door.login, host_key=other))
    )
    plan_for(cast.phone_system, connection=connection, settings=machine.settings())
    backup = taken(cast)
    assert backup.state == BackupState.FAILED
    assert backup.problem == "Its host key is not the one that was confirmed."


def test_rows_that_are_gone_are_found_and_calls_that_came_are_no_fault(machine: Machine) -> None:
    told, _ = from_driver(machine)
    kept = checked_plan_settings("ssh", machine.settings())
    look = SshDriver().verify
    assert asyncio.run(look(machine.reach, kept, told.baseline)) == []
    machine.databases.ask(
        "DELETE FROM asterisk.sip WHERE id = '102'; DROP TABLE asterisk.incoming;"
        "DELETE FROM asteriskcdrdb.cdr LIMIT 1"
    )
    findings = asyncio.run(look(machine.reach, kept, told.baseline))
    assert set(findings) == {
        Finding("table_differs", "The table asterisk.sip holds something else.", is_bad=True),
        Finding("table_gone", "The table asterisk.incoming is missing.", is_bad=True),
        Finding("table_grew", "The table asteriskcdrdb.cdr has other rows, as it does with use."),
    }


@pytest.mark.skipif(not is_asterisk_there(), reason="Asterisk could not be laid down here.")
def test_a_phone_system_is_backed_up_with_what_is_registered(cast: Cast, machine: Machine) -> None:
    folder = machine.folder
    with (
        kamailio(folder) as (carrier, _),
        asterisk(folder, carrier_port=carrier.target.port) as pbx,
        phone(folder, pbx.target),
    ):
        _restrict_the_key(machine, pbx)
        settings = _settings_of(machine, pbx)
        reach = replace(machine.reach, manager=MANAGER)
        kept = checked_plan_settings("asterisk", settings)
        until(lambda: _is_registered(reach, kept))
        connection = way_to(cast, machine.door, MANAGER)
        plan_for(cast.phone_system, driver="asterisk", connection=connection, settings=settings)
        assert take_backups() == TakeCount()
        backup = taken(cast)
        assert (backup.state, backup.problem) == (BackupState.STORED, "")
        assert backup.firmware.startswith("Asterisk ")
        told = backup.baseline
        assert (told["phones.provisioned"], told["phones.registered"]) == (2, 1)
        assert told["trunk.state:carrier"] == "Registered"
        assert asyncio.run(AsteriskDriver().verify(reach, kept, told)) == []
    with tarfile.open(fileobj=BytesIO(opened(backup, "config"))) as archived:
        assert f"{folder}/etc/pjsip.conf".lstrip("/") in archived.getnames()
    copied = folder / "copied.sqlite3"
    copied.write_bytes(opened(backup, "astdb"))
    [(answer,)] = sqlite3.connect(copied).execute("PRAGMA integrity_check")
    assert answer == "ok"


def _restrict_the_key(machine: Machine, pbx: PhoneSystem) -> None:
    """Let the key do only what docs/equipment.md has people write before it."""
    text = (ROOT / "docs/equipment.md").read_text(encoding="utf-8")
    line = next(one.strip() for one in text.splitlines() if "restrict,port-forwarding" in one)
    options = line.partition(" ssh-ed25519 ")[0]
    options = options.replace("FROM", "127.0.0.1").replace(":5038", f":{pbx.manager_port}")
    keys = machine.folder / "authorized_keys"
    keys.write_text(f"{options} {keys.read_text(encoding='utf-8')}", encoding="utf-8")


def _settings_of(machine: Machine, pbx: PhoneSystem) -> dict[str, Any]:
    (machine.folder / "spool/voicemail/default/101/INBOX").mkdir(parents=True, exist_ok=True)
    return {
        "config": str(machine.folder / "etc"),
        "astdb": str(machine.folder / "lib/astdb.sqlite3"),
        "voicemail": str(machine.folder / "spool/voicemail"),
        "databases": NAMES,
        "manager_port": pbx.manager_port,
        "defaults_file": str(machine.folder / "backup.cnf"),
    }


def _is_registered(reach: Reach, settings: dict[str, Any]) -> bool:
    now = asyncio.run(AsteriskDriver().baseline(reach, settings))
    return now["phones.registered"] == 1 and now.get("trunk.state:carrier") == "Registered"
