"""Probes against a real registrar, a real SNMP agent and a real time server."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from monitoring.probes.digest import Login
from monitoring.probes.egress import Pinned
from monitoring.probes.ntp import probe_ntp
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.sip import probe_sip_login, probe_sip_stream, probe_sip_udp
from monitoring.probes.sip_wire import SipSocket, SipTransport
from monitoring.probes.snmp import Community, SnmpUser, probe_snmp
from tests.lab.servers import (
    COMMUNITY,
    EXTENSION,
    PASSWORD,
    SNMP_HIDES,
    SNMP_SIGNS,
    SNMP_USER,
    Running,
)

pytestmark = pytest.mark.lab
SECOND = timedelta(seconds=1)


def ask(probe: Callable[[SipSocket], Awaitable[ProbeResult]]) -> ProbeResult:
    async def run() -> ProbeResult:
        socket = await SipSocket.open("127.0.0.1")
        try:
            return await probe(socket)
        finally:
            socket.close()

    return asyncio.run(run())


def test_a_registrar_is_alive_until_it_is_killed(registrar: tuple[Running, Pinned]) -> None:
    server, _ = registrar
    alive = ask(lambda socket: probe_sip_udp(server.target, 3 * SECOND, socket))
    assert (alive.outcome, alive.words) == (Outcome.ALIVE, "SIP answered 200 Keepalive")
    assert str(alive.facts["sip.server"]).startswith("kamailio")
    server.kill()
    dead = ask(lambda socket: probe_sip_udp(server.target, SECOND, socket))
    assert dead.outcome is Outcome.DEAD


def test_it_answers_over_tcp_and_over_tls_with_its_certificate(
    registrar: tuple[Running, Pinned],
) -> None:
    server, secure = registrar
    plain = asyncio.run(probe_sip_stream(server.target, 3 * SECOND, SipTransport.TCP))
    assert plain.outcome is Outcome.ALIVE
    sealed = asyncio.run(probe_sip_stream(secure, 3 * SECOND, SipTransport.TLS))
    assert sealed.outcome is Outcome.ALIVE
    assert sealed.facts["tls.days_left"] == 89


@pytest.mark.parametrize(
    ("password", "outcome", "words"),
    [
        (PASSWORD, Outcome.ALIVE, "The login works"),
        ("wrong", Outcome.DEGRADED, "The login was refused with 401"),
    ],
)
def test_a_registrar_accepts_the_right_password_only(
    registrar: tuple[Running, Pinned], password: str, outcome: Outcome, words: str
) -> None:
    login = Login(EXTENSION, password)
    result = ask(lambda socket: probe_sip_login(registrar[0].target, 3 * SECOND, socket, login))
    assert (result.outcome, result.words) == (outcome, words)


def test_an_agent_tells_its_name_to_a_community_and_to_a_user(agent: Running) -> None:
    user = SnmpUser(SNMP_USER, SNMP_SIGNS, SNMP_HIDES)
    for access in (Community(COMMUNITY), user):
        result = asyncio.run(probe_snmp(agent.target, 5 * SECOND, access))
        assert (result.outcome, result.facts["system.name"]) == (Outcome.ALIVE, "lab-switch-1")
        assert 0 <= float(result.facts["uptime.seconds"]) < 60


def test_a_wrong_user_is_told_apart_from_a_dead_agent(agent: Running) -> None:
    wrong = SnmpUser(SNMP_USER, "not-this-one-at-all", SNMP_HIDES)
    refused = asyncio.run(probe_snmp(agent.target, 3 * SECOND, wrong))
    assert (refused.outcome, refused.words) == (Outcome.DEGRADED, "The login was refused")
    silent = asyncio.run(probe_snmp(agent.target, SECOND, Community("wrong")))
    assert silent.words == "No answer within 1 s"
    agent.kill()
    dead = asyncio.run(probe_snmp(agent.target, SECOND, Community(COMMUNITY)))
    assert dead.outcome is Outcome.DEAD


def test_a_time_server_of_this_machine_agrees_with_its_clock(time_server: Running) -> None:
    result = asyncio.run(probe_ntp(time_server.target, 3 * SECOND))
    assert result.outcome is Outcome.ALIVE
    assert abs(float(result.facts["clock.offset_ms"])) < 500
