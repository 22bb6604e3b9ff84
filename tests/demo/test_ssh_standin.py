"""The machine that the demo plays over SSH, used by the real drivers."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network

import pytest

from calcom_portal.demo.backups import SETTINGS
from calcom_portal.demo.equipment import HOST
from calcom_portal.demo.machine import BASELINE, Machine
from calcom_portal.demo.ssh_standin import USER, fingerprint, password, play_machine
from monitoring.probes.egress import EgressPolicy
from monitoring.probes.ssh_login import SshLogin
from tests.upkeep.memory_sink import MemorySink
from upkeep.backups.plan_settings import checked_plan_settings
from upkeep.drivers.asterisk import AsteriskDriver
from upkeep.drivers.base import DriverFailed, Reach
from upkeep.drivers.changing import Swap, load, read_files, write_files

SECRET = "a secret of the tests"
SETTLED = checked_plan_settings("asterisk", SETTINGS)
PJSIP = "/etc/asterisk/pjsip.conf"


@asynccontextmanager
async def played(said: str = "") -> AsyncIterator[Reach]:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    machine = await play_machine(SECRET, port)
    assert machine is not None
    login = SshLogin(USER, password=said or password(SECRET), host_key=fingerprint(SECRET))
    try:
        yield Reach(HOST, port, EgressPolicy(allowed=(ip_network("127.0.0.0/8"),)), login)
    finally:
        machine.close()
        await machine.wait_closed()


def test_it_is_backed_up_whole_and_the_same_twice() -> None:
    async def run() -> None:
        async with played() as reach:
            sinks = [MemorySink(), MemorySink()]
            taken = [await AsteriskDriver().take(reach, SETTLED, sink) for sink in sinks]
        assert taken[0].firmware == "Asterisk 22.10.1"
        assert taken[0].baseline == BASELINE
        assert sinks[0].parts == sinks[1].parts
        assert set(sinks[0].parts) == {"config", "db-asterisk", "files"}

    asyncio.run(run())


def test_a_file_is_changed_and_stays_changed() -> None:
    async def run() -> None:
        async with played() as reach:
            before = (await read_files(reach, SETTLED, [PJSIP]))[PJSIP]
            after = before + "\n[250]\ntype=aor\n"
            await write_files(reach, SETTLED, [Swap(PJSIP, before, after)])
            await load(reach, SETTLED, is_asterisk=True, service="")
            assert (await read_files(reach, SETTLED, [PJSIP]))[PJSIP] == after
            assert await AsteriskDriver().verify(reach, SETTLED, BASELINE) == []

    asyncio.run(run())


def test_a_wrong_password_is_refused() -> None:
    async def run() -> None:
        async with played("guessed") as reach:
            with pytest.raises(DriverFailed):
                await read_files(reach, SETTLED, [PJSIP])

    asyncio.run(run())


def test_what_is_in_no_catalogue_is_refused() -> None:
    said = Machine().answer("cat /etc/shadow; rm -rf /", b"")
    assert (said.status, said.printed) == (127, b"")
    assert Machine().answer("cat -- /etc/shadow", b"").status == 1


def test_every_portal_has_a_key_and_a_password_of_its_own() -> None:
    assert fingerprint("one") != fingerprint("two")
    assert password("one") != password("two")
    assert fingerprint("one").startswith("SHA256:")
