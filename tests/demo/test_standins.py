"""The small responders that play the demo's equipment answer the real probes."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from ipaddress import ip_network

from calcom_portal.demo.equipment import HOST, Place, places
from calcom_portal.demo.standins import nut_answer, sip_answer, stand_in
from monitoring.check_settings import checked_settings
from monitoring.places import Place as Where
from monitoring.probes.egress import EgressPolicy
from monitoring.probes.kinds import Means, ask
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.sip_wire import SipSocket
from monitoring.questions import question_of

REQUEST = (
    b"OPTIONS sip:probe@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx\r\n"
    b"From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: 7\r\nCSeq: 1 OPTIONS\r\n\r\n"
)


def test_every_check_of_the_demo_has_a_port_of_its_own() -> None:
    ports = [place.port for place in places()]
    assert len(set(ports)) == len(ports) > 90
    assert 0 < sum(place.is_silent for place in places()) < 20


def test_a_sip_answer_carries_back_what_names_the_request() -> None:
    answer = sip_answer(REQUEST, "200 OK", "Panasonic KX-NS700").decode()
    assert answer.startswith("SIP/2.0 200 OK\r\n")
    assert "branch=z9hG4bKx" in answer
    assert "CSeq: 1 OPTIONS" in answer
    assert sip_answer(b"GET / HTTP/1.1\r\n", "200 OK", "x") == b""


def test_a_power_supply_refuses_what_it_does_not_know() -> None:
    assert nut_answer("SHUTDOWN", {}) == "ERR UNKNOWN-COMMAND\n"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


async def asked(place: Place) -> ProbeResult:
    """Play one device, and ask it as the runner would."""
    assert await stand_in([place]) == 1
    settings = checked_settings(
        place.asked.kind, {"scheme": "http"} if place.asked.kind == "web" else {}
    )
    wire = await SipSocket.open(HOST)
    means = Means(wire, EgressPolicy(allowed=(ip_network("127.0.0.0/8"),)))
    try:
        return await ask(question_of(place.asked.kind, settings, Where(HOST, place.port)), means)
    finally:
        wire.close()


def test_the_real_probes_find_each_of_them_alive() -> None:
    for kind in ("tcp", "sip-udp", "web", "nut"):
        place = next(one for one in places() if one.asked.kind == kind and not one.is_on_battery)
        told = asyncio.run(asked(replace(place, port=free_port())))
        assert told.outcome is Outcome.ALIVE, (kind, told)


def test_a_power_supply_without_power_is_impaired() -> None:
    place = next(one for one in places() if one.is_on_battery)
    told = asyncio.run(asked(replace(place, port=free_port())))
    assert told.outcome is Outcome.DEGRADED
    assert told.facts["ups.on_battery"] == 1


def test_a_port_that_is_taken_is_left_to_its_owner() -> None:
    place = next(one for one in places() if one.asked.kind == "tcp")
    with socket.socket() as owner:
        owner.bind((HOST, 0))
        owner.listen()
        taken = replace(place, port=owner.getsockname()[1])
        assert asyncio.run(stand_in([taken])) == 0
