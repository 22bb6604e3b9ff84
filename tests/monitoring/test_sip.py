"""SIP OPTIONS over the wire, against servers that behave and servers that do not."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import uvloop
from hypothesis import given
from hypothesis import strategies as st

from monitoring.probes.egress import Pinned, has_route
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.sip import (
    SipExpectation,
    probe_sip_stream,
    probe_sip_udp,
)
from monitoring.probes.sip_messages import NotSip, SipPlaces, read_answer
from monitoring.probes.sip_wire import SipSocket, SipTransport
from tests.monitoring.wire import (
    Answer,
    Stream,
    at,
    datagram_server,
    self_signed,
    sip_reply,
    stream_server,
)

SECOND = timedelta(seconds=1)
SHORT = timedelta(milliseconds=300)


def run(probe: Coroutine[Any, Any, ProbeResult]) -> ProbeResult:
    return asyncio.run(probe)


async def ask_udp(
    answer: Answer, deadline: timedelta = SECOND, expected: SipExpectation | None = None
) -> tuple[ProbeResult, list[bytes]]:
    async with datagram_server(answer) as (port, heard):
        socket = await SipSocket.open("127.0.0.1")
        try:
            kept = expected or SipExpectation()
            return await probe_sip_udp(at(port), deadline, socket, kept), heard
        finally:
            socket.close()


async def ask_stream(talk: Stream, deadline: timedelta = SECOND) -> ProbeResult:
    async with stream_server(talk) as port:
        return await probe_sip_stream(at(port), deadline, SipTransport.TCP)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("200 Keepalive", Outcome.ALIVE),
        ("401 Unauthorized", Outcome.ALIVE),
        ("404 Not Found", Outcome.ALIVE),
        ("486 Busy Here", Outcome.ALIVE),
        ("503 Service Unavailable", Outcome.DEGRADED),
        ("500 Server Internal Error", Outcome.ALIVE),
        ("603 Decline", Outcome.ALIVE),
    ],
)
def test_any_answer_of_a_living_engine_is_good_news(status: str, outcome: Outcome) -> None:
    result, _ = asyncio.run(ask_udp(lambda data: sip_reply(data, status)))
    assert (result.outcome, result.words) == (outcome, f"SIP answered {status}")
    assert result.facts["sip.status"] == int(status[:3])


@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_both_families_of_addresses_are_asked(
    host: str, new_loop: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    if not has_route(ip_address(host)):
        pytest.skip("This machine has no IPv6.")

    async def ask() -> ProbeResult:
        async with datagram_server(lambda data: sip_reply(data, "200 OK"), host) as (port, _):
            socket = await SipSocket.open()
            try:
                return await probe_sip_udp(Pinned(host, host, port), 3 * SECOND, socket)
            finally:
                socket.close()

    with asyncio.Runner(loop_factory=new_loop) as runner:
        assert runner.run(ask()).words == "SIP answered 200 OK"


def test_a_family_that_this_machine_lacks_proves_nothing_about_the_equipment() -> None:
    async def ask() -> ProbeResult:
        socket = await SipSocket.open("127.0.0.1")
        try:
            return await probe_sip_udp(Pinned("::1", "::1", 5060), SHORT, socket)
        finally:
            socket.close()

    result = run(ask())
    assert (result.outcome, result.words) == (
        Outcome.UNKNOWN,
        "From here nothing can be sent to IPv6 addresses",
    )


def test_what_counts_as_alive_can_be_set_for_a_check() -> None:
    strict = SipExpectation(alive=frozenset({200}), degraded=frozenset({404}))
    result, _ = asyncio.run(ask_udp(lambda data: sip_reply(data, "404 No"), expected=strict))
    assert result.outcome is Outcome.DEGRADED


def test_with_codes_of_its_own_a_check_takes_no_other_answer() -> None:
    strict = SipExpectation(alive=frozenset({200, 503}), degraded=frozenset({404, 503}))
    judged = {status: strict.judge(status) for status in (200, 404, 486, 503)}
    assert judged == {
        200: Outcome.ALIVE,
        404: Outcome.DEGRADED,
        486: Outcome.DEAD,
        503: Outcome.ALIVE,
    }


def test_the_software_that_the_engine_names_is_kept() -> None:
    result, _ = asyncio.run(ask_udp(lambda data: sip_reply(data, "200 OK", "Server: PBX 22.1")))
    assert result.facts == {"sip.status": 200, "sip.server": "PBX 22.1"}


def test_a_lost_request_is_sent_again_with_the_same_branch() -> None:
    lost = iter([True, False])
    result, heard = asyncio.run(
        ask_udp(lambda data: None if next(lost) else sip_reply(data, "200 OK"), 2 * SECOND)
    )
    assert result.outcome is Outcome.ALIVE
    assert len(heard) == 2
    assert heard[0] == heard[1]


def test_silence_is_dead_at_the_deadline() -> None:
    result, _ = asyncio.run(ask_udp(lambda data: None, SHORT))
    assert (result.outcome, result.words) == (Outcome.DEAD, "No answer within 0.3 s")
    assert SHORT <= result.took < 4 * SHORT


def test_trying_is_not_yet_an_answer() -> None:
    result, _ = asyncio.run(ask_udp(lambda data: sip_reply(data, "100 Trying"), SHORT))
    assert result.outcome is Outcome.DEAD


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\x00" * 500,
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"SIP/2.0 999 What\r\n\r\n",
        b"SIP/2.0 200 OK\r\n" + b"X: y\r\n" * 5000 + b"\r\n",
        b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP x;branch=z9hG4bKother\r\n\r\n",
    ],
)
def test_garbage_and_answers_to_somebody_else_prove_nothing(garbage: bytes) -> None:
    result, _ = asyncio.run(ask_udp(lambda data: garbage, SHORT))
    assert result.outcome is Outcome.DEAD


def test_one_socket_tells_two_hundred_probes_apart() -> None:
    async def ask() -> list[ProbeResult]:
        counted = iter(range(10_000))

        def answer(data: bytes) -> bytes:
            return sip_reply(data, "200 OK" if next(counted) % 2 else "404 Not Found")

        async with datagram_server(answer) as (port, _):
            socket = await SipSocket.open("127.0.0.1")
            results = await asyncio.gather(
                *(probe_sip_udp(at(port), 5 * SECOND, socket) for _ in range(200))
            )
            socket.close()
        return results

    results = asyncio.run(ask())
    assert {result.outcome for result in results} == {Outcome.ALIVE}
    assert {result.facts["sip.status"] for result in results} == {200, 404}


async def well_behaved(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    request = await reader.readuntil(b"\r\n\r\n")
    writer.write(sip_reply(request, "100 Trying") + sip_reply(request, "200 OK"))
    await writer.drain()


async def talks_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    await writer.drain()


async def hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")


async def never_ends(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"x" * 10_000)
        await writer.drain()


async def drips(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    for letter in b"SIP/2.0 200 OK\r\n" * 100:
        writer.write(bytes([letter]))
        await writer.drain()
        await asyncio.sleep(0.05)


def test_an_engine_answers_over_tcp() -> None:
    result = run(ask_stream(well_behaved))
    assert (result.outcome, result.words) == (Outcome.ALIVE, "SIP answered 200 OK")


@pytest.mark.parametrize(
    ("talk", "words"),
    [
        (talks_http, "Not a SIP server: the answer is not SIP"),
        (hangs_up, "The connection ended before an answer"),
        (never_ends, "The answer is too long"),
        (drips, "No answer within 0.3 s"),
    ],
)
def test_a_server_that_misbehaves_is_dead_in_plain_words(talk: Stream, words: str) -> None:
    result = run(ask_stream(talk, SHORT))
    assert (result.outcome, result.words) == (Outcome.DEAD, words)


def test_a_closed_port_is_told_apart_from_silence() -> None:
    async def ask() -> ProbeResult:
        async with stream_server(hangs_up) as port:
            pass
        return await probe_sip_stream(at(port), SECOND, SipTransport.TCP)

    assert run(ask()).words == "The connection was refused"


def test_over_tls_an_expiring_certificate_that_nobody_signed_is_read(tmp_path: Path) -> None:
    async def ask() -> ProbeResult:
        secure = self_signed(tmp_path, lasts=timedelta(days=9, hours=1))
        async with stream_server(well_behaved, secure) as port:
            return await probe_sip_stream(at(port), 3 * SECOND, SipTransport.TLS)

    result = run(ask())
    assert result.outcome is Outcome.ALIVE
    assert result.facts["tls.days_left"] == 9


def test_tls_to_a_port_that_speaks_none_is_dead() -> None:
    async def ask() -> ProbeResult:
        async with stream_server(never_ends) as port:
            return await probe_sip_stream(at(port), SECOND, SipTransport.TLS)

    assert run(ask()).words == "The TLS connection failed"


@pytest.mark.parametrize("host", ["pbx\r\nX: y", "pbx>", "a b", ""])
def test_no_host_can_add_a_header(host: str) -> None:
    with pytest.raises(ValueError, match="cannot stand in a SIP header"):
        SipPlaces(host, 5060, "UDP", "monitor.invalid:5060")


@given(st.binary(max_size=300))
def test_reading_an_answer_ends_in_an_answer_or_in_not_sip(data: bytes) -> None:
    for text in (data, b"SIP/2.0 200 OK\r\n" + data):
        try:
            answer = read_answer(text)
        except NotSip:
            continue
        assert 100 <= answer.status <= 699
