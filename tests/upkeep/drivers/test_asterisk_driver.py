"""What is taken of a phone system; its database and its manager interface are played."""

import asyncio
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from monitoring.probes.digest import Login
from tests.monitoring.manager_wire import NAME, ROWS, SECRET, manager
from tests.monitoring.wire import stream_server
from tests.upkeep.memory_sink import MemorySink
from tests.upkeep.shell_wire import machine_that_obeys, reach_to
from upkeep.backups.plan_settings import checked_plan_settings
from upkeep.drivers.asterisk import AsteriskDriver
from upkeep.drivers.base import Baseline, DriverFailed, Finding, Reach, Settings, Taken

PROGRAMS = {
    "mariadb-dump": "echo 'CREATE TABLE users (id int);'; echo '-- Dump completed'",
    "mariadb": "case \"$*\" in *CHECKSUM*) printf 'asterisk.users\\t12\\n';; *) echo users;; esac",
}
MANAGER = Login(NAME, SECRET)
BASELINE = {
    "table:asterisk.users": "12",
    "phones.provisioned": 2,
    "phones.registered": 1,
    "trunks.count": 2,
    "trunk.state:carrier": "Registered",
    "trunk.state:spare": "Rejected",
    "voicemail.boxes": 1,
}
Rows = Mapping[str, str | None]


@pytest.fixture
def system(tmp_path: Path) -> Settings:
    """Lay down a phone system, and return how its plan is told of it."""
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/pjsip.conf").write_text("[101]\n", encoding="utf-8")
    (tmp_path / "voicemail/default/101").mkdir(parents=True)
    with sqlite3.connect(tmp_path / "astdb.sqlite3") as connection:
        connection.execute("CREATE TABLE astdb (key TEXT PRIMARY KEY, value TEXT)")
    raw: dict[str, Any] = {
        "config": str(tmp_path / "etc"),
        "astdb": str(tmp_path / "astdb.sqlite3"),
        "voicemail": str(tmp_path / "voicemail"),
        "databases": ["asterisk"],
    }
    return checked_plan_settings("asterisk", raw)


def taken(
    settings: Settings, rows: Rows = ROWS, login: Login | None = MANAGER
) -> tuple[Taken, MemorySink]:
    sink = MemorySink()

    async def take(reach: Reach) -> Taken:
        return await AsteriskDriver().take(reach, settings, sink)

    return asyncio.run(_with_system(take, rows, login)), sink


async def _with_system(act: Any, rows: Rows, login: Login | None = MANAGER) -> Any:
    async with (
        stream_server(manager(rows)) as port,
        machine_that_obeys(PROGRAMS, leads_to=port) as machine,
    ):
        return await act(replace(reach_to(machine.target), manager=login))


def verified(settings: Settings, before: Baseline, rows: Rows = ROWS) -> list[Finding]:
    async def verify(reach: Reach) -> list[Finding]:
        return await AsteriskDriver().verify(reach, settings, before)

    found: list[Finding] = asyncio.run(_with_system(verify, rows))
    return found


def test_all_that_it_takes_to_build_it_again_is_a_part(system: Settings) -> None:
    told, sink = taken(system)
    assert sink.forms == {
        "config": "tar",
        "astdb": "sqlite",
        "db-asterisk": "sql",
        "voicemail": "tar",
    }
    assert (told.firmware, told.warnings) == ("Asterisk 22.10.1~dfsg", ())
    assert told.baseline == BASELINE


def test_a_trunks_password_is_in_no_baseline(system: Settings) -> None:
    told, _ = taken(system)
    assert "trunk-s3cret" not in repr(told)


def test_without_a_manager_login_nothing_is_known_of_phones(system: Settings) -> None:
    told, sink = taken(system, login=None)
    assert told.baseline == {"table:asterisk.users": "12"}
    assert len(sink.parts) == 4


def test_a_manager_that_refuses_us_stops_the_backup_before_it_begins(system: Settings) -> None:
    sink = MemorySink()

    async def take(reach: Reach) -> Taken:
        return await AsteriskDriver().take(reach, system, sink)

    with pytest.raises(DriverFailed, match="refused the manager login"):
        asyncio.run(_with_system(take, ROWS, Login(NAME, "wrong")))
    assert sink.parts == {}


def test_what_is_not_there_is_left_out_with_a_warning(system: Settings) -> None:
    gone = {**system, "voicemail": "/var/spool/nowhere", "astdb": ""}
    told, sink = taken(gone)
    assert sorted(sink.parts) == ["config", "db-asterisk"]
    assert told.warnings == ("/var/spool/nowhere was not found, so nothing of it is kept.",)


def test_a_system_that_is_as_it_was_has_no_findings(system: Settings) -> None:
    assert verified(system, BASELINE) == []


def test_a_phone_and_a_trunk_that_are_missing_are_found(system: Settings) -> None:
    down = ROWS["PJSIPShowRegistrationsOutbound"].replace("Registered", "Rejected")
    rows = {**ROWS, "PJSIPShowContacts": "", "PJSIPShowRegistrationsOutbound": down}
    assert verified(system, BASELINE, rows) == [
        Finding("phones.registered", "0 phones are registered; there were 1.", is_bad=True),
        Finding("trunk_down", "The trunk carrier is Rejected.", is_bad=True),
    ]


def test_an_extension_more_is_no_finding(system: Settings) -> None:
    assert verified(system, {**BASELINE, "phones.provisioned": 1, "phones.registered": 0}) == []
