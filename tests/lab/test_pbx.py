"""Probes against a real Asterisk and a real phone."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from monitoring.probes.digest import Login
from monitoring.probes.facts import Fact
from monitoring.probes.limits import USUAL_LIMITS, judged
from monitoring.probes.manager import probe_pbx
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.sip import probe_sip_login, probe_sip_udp
from monitoring.probes.sip_wire import SipSocket
from tests.lab.machines import Door
from tests.lab.pbx import (
    MANAGER,
    NARROW,
    PHONE,
    PHONE_PASSWORD,
    PhoneSystem,
    asterisk,
    is_asterisk_there,
    phone,
)
from tests.lab.servers import PASSWORD, kamailio, until
from tests.ports import free_port

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(not is_asterisk_there(), reason="Asterisk could not be had here"),
]
SECOND = timedelta(seconds=1)
PATIENT = 10 * SECOND


@dataclass(frozen=True)
class Exchange:
    """A phone system behind the SSH of its machine, with a trunk to a carrier."""

    pbx: PhoneSystem
    door: Door

    def ask(self, manager: Login = MANAGER) -> ProbeResult:
        result = asyncio.run(
            probe_pbx(
                self.door.server.target, PATIENT, self.door.login, manager, self.pbx.manager_port
            )
        )
        return judged(result, USUAL_LIMITS)

    def fact(self, fact: Fact) -> object:
        return self.ask().facts.get(fact)


@pytest.fixture
def exchange(folder: Path, door: Door) -> Iterator[Exchange]:
    with (
        kamailio(folder) as (carrier, _),
        asterisk(folder, carrier_port=carrier.target.port) as pbx,
    ):
        yield Exchange(pbx, door)


def by_sip(pbx: PhoneSystem, login: Login | None = None) -> ProbeResult:
    async def run() -> ProbeResult:
        own = await SipSocket.open("127.0.0.1")
        try:
            if login:
                return await probe_sip_login(pbx.target, 3 * SECOND, own, login)
            return await probe_sip_udp(pbx.target, 3 * SECOND, own)
        finally:
            own.close()

    return asyncio.run(run())


def test_the_call_engine_answers_strangers_and_knows_its_extensions(folder: Path) -> None:
    with asterisk(folder) as pbx:
        stranger = by_sip(pbx)
        assert (stranger.outcome, stranger.facts[Fact.SIP_STATUS]) == (Outcome.ALIVE, 401)
        assert stranger.facts[Fact.SIP_SERVER] == "LabPBX 22"
        assert by_sip(pbx, Login(PHONE, PHONE_PASSWORD)).words == "The login works"
        wrong = by_sip(pbx, Login(PHONE, "wrong"))
        assert (wrong.outcome, wrong.words) == (
            Outcome.DEGRADED,
            "The login was refused with 401",
        )
        pbx.server.kill()
        assert by_sip(pbx).outcome is Outcome.DEAD


def test_the_manager_tells_trunks_and_the_firmware_of_a_phone(
    exchange: Exchange, folder: Path
) -> None:
    with phone(folder, exchange.pbx.target):
        until(lambda: exchange.fact(Fact.PHONES_REGISTERED) == 1)
        until(lambda: exchange.fact(Fact.TRUNKS_DOWN) == 0)
        facts = exchange.ask().facts
    assert facts["phone.firmware:101"] == "baresip v1.0.0 (x86_64/linux)"
    assert facts[Fact.PHONES_PROVISIONED] == 2
    assert facts[Fact.PHONES_MISSING] == "102"
    assert facts["trunk.state:carrier"] == "Registered"
    assert str(facts[Fact.VERSION]).startswith("Asterisk ")
    assert facts[Fact.VOICEMAIL_BOXES] == 1
    assert int(facts[Fact.PBX_UPTIME]) < 60


def test_a_trunk_that_the_carrier_refuses_is_degraded(folder: Path, door: Door) -> None:
    with (
        kamailio(folder) as (carrier, _),
        asterisk(
            folder, carrier_port=carrier.target.port, carrier_password=f"no-{PASSWORD}"
        ) as pbx,
    ):
        exchange = Exchange(pbx, door)
        until(lambda: exchange.ask().facts.get("trunk.state:carrier") == "Rejected")
        told = exchange.ask()
    assert (told.outcome, told.words) == (
        Outcome.DEGRADED,
        "Trunks that are not registered: 1",
    )


def test_a_manager_login_that_is_refused_or_narrow_is_told_apart(exchange: Exchange) -> None:
    refused = exchange.ask(Login("portal", "wrong"))
    assert (refused.outcome, refused.words) == (
        Outcome.DEGRADED,
        "The phone system refused the manager login",
    )
    # `reporting` alone may read trunks and voicemail, and no phones.
    narrow = exchange.ask(NARROW).facts
    assert Fact.TRUNKS in narrow
    assert Fact.PHONES_PROVISIONED not in narrow
    exchange.pbx.server.kill()
    assert exchange.ask().words == "The phone system behind SSH does not answer"


def test_a_phone_that_comes_and_goes_is_seen_each_time(exchange: Exchange, folder: Path) -> None:
    port = free_port()
    for _ in range(2):
        with phone(folder, exchange.pbx.target, port=port):
            until(lambda: exchange.fact(Fact.PHONES_REGISTERED) == 1)
        until(lambda: exchange.fact(Fact.PHONES_REGISTERED) == 0)
        assert exchange.fact(Fact.PHONES_MISSING) == "101, 102"
