"""Giving back to a real machine: what was there is kept, what comes is whole, all of it twice."""

import asyncio
import io
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest

from monitoring.probes.egress import EgressPolicy
from tests.lab.databases import Databases, databases, is_mariadb_installed
from tests.lab.machines import Door
from upkeep.drivers.base import DriverFailed, Reach
from upkeep.drivers.character_sets import character_sets
from upkeep.drivers.giving import GIVERS, Handover, Piece
from upkeep.drivers.giving_commands import ROOMY
from upkeep.drivers.table import DRIVERS
from upkeep.drivers.targets import Target, target_of
from upkeep.restores.mariadb import run_mariadb
from upkeep.restores.work import StepFailed

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(not is_mariadb_installed(), reason="MariaDB is not installed here."),
]
GIVER = GIVERS["ssh"]


@pytest.fixture
def server(folder: Path) -> Iterator[Databases]:
    with databases(folder, calls=1000) as made:
        yield made


@pytest.fixture
def given(folder: Path, door: Door, server: Databases) -> Handover:
    """Lay out a machine with everything that can be given back, and a backup of it by hand."""
    etc = folder / "pbx/etc"
    (etc / "sub").mkdir(parents=True)
    (etc / "extensions.conf").write_text("exten => 200,1,Answer()\n")
    (etc / "sub/it's odd").write_text("quoted\n")
    (etc / "link").symlink_to("extensions.conf")
    (etc / "sub").chmod(0o700)
    astdb = folder / "pbx/astdb.sqlite3"
    with closing(sqlite3.connect(astdb)) as database:
        database.execute("CREATE TABLE astdb (key TEXT, value TEXT)")
        database.execute("INSERT INTO astdb VALUES ('/CFIM/101', '555')")
        database.commit()
    settings = {
        "paths": [str(etc)],
        "databases": ["asterisk", "asteriskcdrdb"],
        "sqlite": [str(astdb)],
        "services": [],
        "sudo": False,
        "defaults_file": str(server.defaults_file),
    }
    reach = Reach(door.server.target.host, door.server.target.port, policy(), door.login)
    parts = {
        "config": ["tar", "--create", "--file=-", "--directory=/", str(etc).lstrip("/")],
        "sqlite-1": ["cat", str(astdb)],
        "db-asterisk": dump_of(server, "asterisk"),
        "db-asteriskcdrdb": dump_of(server, "asteriskcdrdb"),
    }
    pieces = tuple(
        piece(name, target_of("ssh", settings, name), subprocess.check_output(command))
        for name, command in parts.items()
    )
    return Handover(reach, settings, "r7", pieces)


def policy() -> EgressPolicy:
    return EgressPolicy(allowed=(ip_network("127.0.0.0/8"),))


def dump_of(server: Databases, name: str) -> list[str]:
    return ["mariadb-dump", f"--defaults-file={server.defaults_file}", "--hex-blob", name]


def piece(name: str, target: Target | None, content: bytes) -> Piece:
    assert target is not None
    return Piece(name, target, lambda: io.BytesIO(content))


def files(folder: Path) -> dict[str, tuple[int, bytes]]:
    root = folder / "pbx"
    return {
        str(path.relative_to(root)): (
            path.lstat().st_mode,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in sorted(root.rglob("*"))
    }


def destroy(folder: Path, server: Databases) -> None:
    subprocess.run(["rm", "-rf", str(folder / "pbx")], check=True)
    server.ask("DROP DATABASE asterisk; DELETE FROM asteriskcdrdb.cdr;")


def spoil(folder: Path, server: Databases) -> None:
    (folder / "pbx/etc/extensions.conf").write_text("broken\n")
    (folder / "pbx/etc/new.conf").write_text("new\n")
    server.ask("DELETE FROM asterisk.sip; CREATE TABLE asterisk.more (a INT);")


def leftovers(folder: Path, server: Databases) -> list[str]:
    beside = [str(path) for path in (folder / "pbx").rglob("*.portal-*")]
    schemas = server.ask("SHOW DATABASES LIKE 'portal%'").split()
    return [*beside, *schemas, *map(str, Path(ROOMY).glob("portal-restore-r7*"))]


@pytest.mark.parametrize("sudo", [False, True])
def test_a_destroyed_system_is_given_back_all_that_it_had(
    folder: Path, server: Databases, given: Handover, *, sudo: bool
) -> None:
    given = replace(given, settings={**given.settings, "sudo": sudo})
    before, sums = files(folder), server.checksums()
    destroy(folder, server)
    for step in (GIVER.stage, GIVER.swap, GIVER.clear):
        asyncio.run(step(given))
    after = files(folder)
    # Whose it was is not known any more: it can be read by its owner alone.
    assert after.pop("astdb.sqlite3")[1] == before.pop("astdb.sqlite3")[1]
    assert after == before
    assert server.checksums() == sums
    assert leftovers(folder, server) == []


def test_a_database_that_has_to_be_created_gets_the_character_set_it_had(
    server: Databases, given: Handover
) -> None:
    server.ask("ALTER DATABASE asterisk CHARACTER SET latin1 COLLATE latin1_german1_ci")
    told = character_sets(asyncio.run(DRIVERS["ssh"].baseline(given.reach, given.settings)))
    assert told["asterisk"] == "latin1 latin1_german1_ci"
    server.ask("DROP DATABASE asterisk")
    assert asyncio.run(GIVER.look(given)).absent_databases == ("asterisk",)
    knowing = replace(given, character_sets=told)
    for step in (GIVER.stage, GIVER.swap, GIVER.clear):
        asyncio.run(step(knowing))
    again = character_sets(asyncio.run(DRIVERS["ssh"].baseline(given.reach, given.settings)))
    assert again == told
    assert asyncio.run(GIVER.look(given)).absent_databases == ()


def test_a_character_set_that_the_server_does_not_know_stops_before_anything_is_swapped(
    server: Databases, given: Handover
) -> None:
    server.ask("DROP DATABASE asterisk")
    odd = replace(given, character_sets={"asterisk": "utf8mb4 utf8mb4_of_another_server"})
    with pytest.raises(DriverFailed, match="Changing the database failed"):
        asyncio.run(GIVER.stage(odd))
    assert "asterisk\n" not in server.ask("SHOW DATABASES")


def test_every_step_may_come_twice(folder: Path, server: Databases, given: Handover) -> None:
    before, sums = files(folder), server.checksums()
    spoil(folder, server)
    for step in (GIVER.stage, GIVER.swap, GIVER.clear):
        asyncio.run(step(given))
        asyncio.run(step(given))
    assert files(folder) == before
    assert server.checksums() == sums
    assert leftovers(folder, server) == []


def test_staging_is_not_noticed_by_the_system(
    folder: Path, server: Databases, given: Handover
) -> None:
    spoil(folder, server)
    before, sums = files(folder), server.checksums()
    asyncio.run(GIVER.stage(given))
    present = {name: kept for name, kept in files(folder).items() if ".portal-" not in name}
    assert present == before
    assert server.checksums() == sums
    asyncio.run(GIVER.clear(given))
    assert leftovers(folder, server) == []


@pytest.mark.parametrize("times", [1, 2])
def test_what_was_there_comes_back(
    folder: Path, server: Databases, given: Handover, times: int
) -> None:
    spoil(folder, server)
    before, sums = files(folder), server.checksums()
    tables = server.ask("SHOW TABLES IN asterisk")
    asyncio.run(GIVER.stage(given))
    for _ in range(times):
        asyncio.run(GIVER.swap(given))
    assert server.ask("SHOW TABLES IN asterisk") != tables
    for _ in range(times):
        asyncio.run(GIVER.swap_back(given))
    asyncio.run(GIVER.clear(given))
    assert files(folder) == before
    assert server.checksums() == sums
    assert server.ask("SHOW TABLES IN asterisk") == tables
    assert leftovers(folder, server) == []


def test_nothing_comes_back_where_nothing_was(
    folder: Path, server: Databases, given: Handover
) -> None:
    destroy(folder, server)
    for step in (GIVER.stage, GIVER.swap, GIVER.swap_back, GIVER.clear):
        asyncio.run(step(given))
    assert [name for name in files(folder) if "." in name] == []
    assert server.ask("SHOW TABLES IN asterisk") == ""
    assert leftovers(folder, server) == []


IMMOBILE = [
    ("CREATE VIEW v AS SELECT a FROM t;", "the view v"),
    ("CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1;", "the trigger g"),
    ("CREATE PROCEDURE p() SELECT 1;", "the procedure p"),
    ("CREATE FUNCTION f() RETURNS INT RETURN 1;", "the function f"),
    ("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1;", "the event e"),
    ("CREATE SEQUENCE s;", "the sequence s"),
    ("CREATE TABLE h (a INT) WITH SYSTEM VERSIONING;", "the system versioned table h"),
]


def test_a_dump_with_what_cannot_be_swapped_is_refused_before_anything_is_changed(
    folder: Path, server: Databases, given: Handover
) -> None:
    sums = server.checksums()
    for made, named in IMMOBILE:
        dump = f"CREATE TABLE t (a INT); {made}".encode()
        odd = replace(given, pieces=(piece("db-asterisk", given.pieces[2].target, dump),))
        with pytest.raises(DriverFailed, match=f"holds {named}, which the portal cannot swap"):
            asyncio.run(GIVER.stage(odd))
        assert server.checksums() == sums
        asyncio.run(GIVER.clear(odd))
    assert leftovers(folder, server) == []


def test_a_system_that_holds_what_cannot_be_swapped_keeps_it(
    folder: Path, server: Databases, given: Handover
) -> None:
    for made, named in IMMOBILE:
        server.ask(f"CREATE DATABASE o; USE o; CREATE TABLE t (a INT); {made}")
        target = target_of("ssh", {"databases": ["o"]}, "db-o")
        dump = piece("db-o", target, b"CREATE TABLE t (a INT);")
        with pytest.raises(DriverFailed, match=f"The database o holds {named}, which"):
            asyncio.run(GIVER.stage(replace(given, pieces=(dump,))))
        assert server.ask("SHOW DATABASES LIKE 'portal%'") == ""
        server.ask("DROP DATABASE o")
    asyncio.run(GIVER.clear(given))


def test_a_database_server_that_does_not_answer_tells_no_free_space(given: Handover) -> None:
    nobody = replace(given, settings={**given.settings, "defaults_file": "/nowhere"})
    sight = asyncio.run(GIVER.look(nobody))
    assert (sight.database_free_bytes, sight.baseline) == (None, None)
    assert sight.free_bytes is not None


def test_a_dump_cannot_make_the_client_run_a_program(
    folder: Path, server: Databases, given: Handover
) -> None:
    hostile = b"\\! touch %s/owned\nCREATE TABLE t (a INT);\n" % str(folder).encode()
    odd = replace(given, pieces=(piece("db-asterisk", given.pieces[2].target, hostile),))
    with pytest.raises(DriverFailed):
        asyncio.run(GIVER.stage(odd))
    assert not (folder / "owned").exists()


def test_a_system_tells_its_free_space_and_that_it_has_all_programs(
    folder: Path, server: Databases, given: Handover
) -> None:
    sight = asyncio.run(GIVER.look(given))
    assert sight.free_bytes is not None
    assert sight.free_bytes > 0
    assert sight.database_free_bytes is not None
    assert sight.database_free_bytes > 0
    assert sight.missing_tools == ()
    assert sight.baseline is not None
    assert len([name for name in sight.baseline if name.startswith("table:")]) == 4
    assert leftovers(folder, server) == []


def test_a_rehearsal_refuses_what_a_restore_would(folder: Path) -> None:
    place = folder / "place"
    place.mkdir()
    with run_mariadb(folder / "scratch", place) as scratch:
        # No server of a rehearsal takes an event: the dump is read before.
        for number, (made, named) in enumerate(one for one in IMMOBILE if "event" not in one[1]):
            scratch.load(f"o{number}", io.BytesIO(f"CREATE TABLE t (a INT); {made}".encode()))
            with pytest.raises(StepFailed, match=f"The database o{number} holds {named}, which"):
                scratch.refuse_immobile(f"o{number}")
        scratch.load("well", io.BytesIO(b"CREATE TABLE t (a INT);"))
        scratch.refuse_immobile("well")
