"""A keeper that is killed while it takes a backup: taken from the start, whole, and once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from calcom_portal.common.tenancy import system_scope
from tests.cast import Cast
from tests.faults.children import kill, running, start, wait_until
from tests.monitoring.builders import allow_loopback, build_connection, build_credential
from tests.monitoring.ssh_wire import LOGIN, PASSWORD, USER
from tests.stage import acting
from tests.upkeep.shell_wire import machine_beside
from tests.upkeep.taking import plan_for
from upkeep.actions.ask_backup import ask_backup
from upkeep.models import Backup, BackupPart, BackupState, Level

pytestmark = pytest.mark.faults

MINUTE = timedelta(minutes=1)
# Slow in the middle, so that whoever is killed is killed there.
SLOW_DUMP = (
    "echo 'CREATE TABLE `users` (`id` int);'; sleep {seconds};"
    " echo 'INSERT INTO `users` VALUES (1);'; echo '-- Dump completed'"
)
ASKED = "case \"$*\" in *CHECKSUM*) sleep {checks}; printf 'a.users\\t7\\n';; *) echo users;; esac"
ARCHIVE = 'sleep {archive}; exec /bin/tar "$@"'


def stored(backup: Backup) -> Backup:
    with system_scope("a test looks at a backup"):
        return Backup.objects.get(pk=backup.pk)


def parts_written() -> int:
    with system_scope("a test counts parts"):
        return BackupPart.objects.count()


def objects_in(shelf: Path) -> set[str]:
    return {path.name for path in shelf.rglob("*.age")}


@pytest.mark.parametrize(
    ("step", "programs"),
    [
        ("Looking at the machine", {"mariadb": ASKED.format(checks=3)}),
        ("The archive of", {"tar": ARCHIVE.format(archive=7)}),
        ("The dump of the database", {"mariadb-dump": SLOW_DUMP.format(seconds=7)}),
    ],
)
def test_what_a_killed_keeper_left_is_taken_whole_by_the_next(
    committed_cast: Cast, tmp_path: Path, step: str, programs: dict[str, str]
) -> None:
    cast, shelf = committed_cast, tmp_path / "backups"
    usual = {
        "mariadb-dump": SLOW_DUMP.format(seconds=0),
        "mariadb": ASKED.format(checks=0),
    }
    (tmp_path / "etc").mkdir()
    with machine_beside({**usual, **programs}) as machine:
        backup = _asked(cast, machine.target.port, tmp_path / "etc")
        child = start("keep", BACKUP_STORE=str(shelf))
        wait_until(lambda: stored(backup).step.startswith(step), MINUTE)
        assert kill(child)
        assert (stored(backup).state, parts_written()) == (BackupState.RUNNING, 0)
        _let_the_lease_end(backup)
        with running("keep", BACKUP_STORE=str(shelf)) as second:
            second.wait(60)
    taken = stored(backup)
    assert (taken.state, taken.level, taken.attempts) == (BackupState.STORED, Level.OPENED, 2)
    # An object of the first attempt may lie there until those without a row are swept.
    assert objects_in(shelf) == {"config.zst.age", "db-asterisk.zst.age", "manifest.json.age"}
    assert parts_written() == 2


def _asked(cast: Cast, port: int, folder: Path) -> Backup:
    allow_loopback(cast.calcom.pk)
    (folder / "pjsip.conf").write_text("[101]\n", encoding="utf-8")
    connection = build_connection(
        cast.phone_system,
        driver="ssh",
        port=port,
        host_key=LOGIN.host_key,
        credential=build_credential(cast.phone_system, user=USER, password=PASSWORD),
    )
    plan_for(
        cast.phone_system,
        connection=connection,
        settings={"paths": [str(folder)], "databases": ["asterisk"]},
    )
    with acting(cast.dana):
        return ask_backup(device=cast.phone_system, trigger="by_hand", actor=cast.dana)


def _let_the_lease_end(backup: Backup) -> None:
    with system_scope("a test lets time pass") as scope:
        Backup.objects.filter(pk=backup.pk).update(look_at=scope.now)
