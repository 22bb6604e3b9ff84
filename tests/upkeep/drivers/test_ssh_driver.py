"""What is taken of a machine with SSH; its database is played by scripts."""

import asyncio
import sqlite3
import tarfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.upkeep.memory_sink import MemorySink
from tests.upkeep.shell_wire import machine_that_obeys, reach_to
from upkeep.backups.plan_settings import checked_plan_settings
from upkeep.drivers.base import DriverFailed, Finding, Taken
from upkeep.drivers.commands import Ways, archive, dump
from upkeep.drivers.ssh import SshDriver

DUMP = "echo 'CREATE TABLE users (id int);'; echo '-- Dump completed'"
ASKED = (
    'case "$*" in *CHECKSUM*) printf "asterisk.users\\t12\\nasterisk.cdr\\t$(date +%N)\\n";;'
    ' *) printf "users\\ncdr\\nbad\\140name\\n";; esac'
)
PROGRAMS = {
    "mariadb-dump": DUMP,
    "mariadb": ASKED,
    "systemctl": "echo active",
}


def taken(
    settings: Mapping[str, Any], programs: Mapping[str, str] = PROGRAMS
) -> tuple[Taken, MemorySink, list[str]]:
    sink = MemorySink()

    async def run() -> tuple[Taken, list[str]]:
        async with machine_that_obeys(programs) as machine:
            kept = checked_plan_settings("ssh", settings)
            return await SshDriver().take(reach_to(machine.target), kept, sink), machine.ran

    told, ran = asyncio.run(run())
    return told, sink, ran


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    folder = tmp_path / "etc of it's own"
    folder.mkdir()
    (folder / "pjsip.conf").write_text("[101]\ntype=endpoint\n", encoding="utf-8")
    return folder


def test_folders_and_databases_are_parts_of_their_own(etc: Path) -> None:
    told, sink, _ = taken(
        {"paths": [str(etc)], "databases": ["asterisk"], "services": ["asterisk"]}
    )
    assert sink.forms == {"config": "tar", "db-asterisk": "sql"}
    with tarfile.open(fileobj=BytesIO(sink.parts["config"])) as archived:
        assert f"{etc}/pjsip.conf".lstrip("/") in archived.getnames()
    assert sink.parts["db-asterisk"].endswith(b"-- Dump completed\n")
    # The table that was written to meanwhile cannot be compared with anything.
    assert told.baseline == {"table:asterisk.users": "12", "service:asterisk": "active"}
    assert told.warnings == ()
    assert told.firmware


def test_an_archive_of_what_did_not_change_is_the_same_to_the_bit(etc: Path) -> None:
    first, second = (taken({"paths": [str(etc)]})[1].parts["config"] for _ in range(2))
    assert first == second


def test_a_database_in_use_is_copied_whole(tmp_path: Path) -> None:
    path = tmp_path / "astdb.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE astdb (key TEXT, value TEXT)")
        connection.execute("INSERT INTO astdb VALUES ('/DND/101', 'YES')")
        connection.commit()
        _, sink, _ = taken({"sqlite": [str(path)]})
    copied = tmp_path / "copy.sqlite3"
    copied.write_bytes(sink.parts["sqlite-1"])
    assert list(sqlite3.connect(copied).execute("SELECT * FROM astdb")) == [("/DND/101", "YES")]


def test_a_dump_that_fails_leaves_no_part(etc: Path) -> None:
    broken = {**PROGRAMS, "mariadb-dump": "echo half; echo 'Got error: 1044' >&2; exit 2"}
    sink = MemorySink()

    async def run() -> None:
        async with machine_that_obeys(broken) as machine:
            kept = checked_plan_settings("ssh", {"databases": ["asterisk"]})
            await SshDriver().take(reach_to(machine.target), kept, sink)

    with pytest.raises(DriverFailed, match=r"database asterisk failed \(exit 2\): Got error: 1044"):
        asyncio.run(run())
    assert (sink.parts, sink.abandoned) == ({}, ["db-asterisk"])


def test_a_dump_of_nothing_is_no_dump() -> None:
    with pytest.raises(DriverFailed, match="is empty"):
        taken({"databases": ["asterisk"]}, {**PROGRAMS, "mariadb-dump": "exit 0"})


def test_a_folder_that_is_gone_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(DriverFailed, match="No such file"):
        taken({"paths": [str(tmp_path / "gone")]})


def test_a_file_that_changed_while_it_was_read_is_a_warning(etc: Path) -> None:
    changing = {"tar": "echo bytes; echo 'tar: x: file changed' >&2; exit 1"}
    told, sink, _ = taken({"paths": [str(etc)]}, changing)
    assert "config" in sink.parts
    assert told.warnings == (
        f"The archive of {etc}: something changed while it was read. tar: x: file changed",
    )


def test_mysql_of_before_the_fork_is_dumped_by_its_own_name() -> None:
    line = dump("asterisk", Ways(sudo=True, defaults_file="/root/it's.cnf"))
    assert line.text == (
        "if command -v mariadb-dump >/dev/null; then exec sudo -n -- mariadb-dump{0};"
        " else exec sudo -n -- mysqldump{0}; fi"
    ).format(
        " --defaults-extra-file='/root/it'\"'\"'s.cnf' --single-transaction --quick"
        " --skip-dump-date --routines --triggers --events --hex-blob --no-tablespaces -- asterisk"
    )


@pytest.mark.parametrize("hostile", ["$(touch /tmp/owned)", "a b", "; reboot", "`id`", "-rf", "'"])
def test_nothing_that_is_typed_is_ever_a_command(hostile: str, tmp_path: Path) -> None:
    made = tmp_path / hostile.replace("/", "_")
    made.write_text("kept", encoding="utf-8")
    _, sink, ran = taken({"paths": [str(made)]})
    with tarfile.open(fileobj=BytesIO(sink.parts["config"])) as archived:
        assert archived.getnames() == [str(made).lstrip("/")]
    assert archive([str(made)], Ways()).text in ran


def test_what_differs_afterwards_is_told() -> None:
    before = {
        "table:asterisk.users": "11",
        "table:asterisk.gone": "5",
        "table:asterisk.cdr": "1",
        "service:asterisk": "active",
    }
    stopped = {**PROGRAMS, "systemctl": "echo failed; exit 3"}

    async def run() -> list[Finding]:
        async with machine_that_obeys(stopped) as machine:
            settings = {"databases": ["asterisk"], "services": ["asterisk"]}
            kept = checked_plan_settings("ssh", settings)
            return await SshDriver().verify(reach_to(machine.target), kept, before)

    assert asyncio.run(run()) == [
        Finding("table_differs", "The table asterisk.users holds something else.", is_bad=True),
        Finding("table_gone", "The table asterisk.gone is missing.", is_bad=True),
        Finding("table_grew", "The table asterisk.cdr has other rows, as it does with use."),
        Finding("service_down", "asterisk does not run: it is failed.", is_bad=True),
    ]
