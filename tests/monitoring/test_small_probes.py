"""TCP, NTP, SMTP and DNS over the wire."""

import asyncio
import struct
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import dns.message
import dns.rcode
import dns.rrset
import pytest

from monitoring.probes.names import RecordType, probe_name
from monitoring.probes.ntp import probe_ntp
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.smtp import probe_smtp
from monitoring.probes.tcp import probe_tcp
from tests.monitoring.wire import Stream, at, datagram_server, self_signed, stream_server

SECOND = timedelta(seconds=1)
SHORT = timedelta(milliseconds=250)
TO_UNIX = 2_208_988_800


async def says_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1000)


def test_an_open_port_is_alive_and_a_closed_one_is_refused() -> None:
    async def ask() -> tuple[ProbeResult, ProbeResult]:
        async with stream_server(says_nothing) as port:
            is_open = await probe_tcp(at(port), SECOND)
        return is_open, await probe_tcp(at(port), SECOND)

    is_open, closed = asyncio.run(ask())
    assert is_open.outcome is Outcome.ALIVE
    assert (closed.outcome, closed.words) == (Outcome.DEAD, "The connection was refused")


def time_server(ahead: float, stratum: int = 2, mode: int = 4) -> Callable[[bytes], bytes]:
    def answer(data: bytes) -> bytes:
        now = time.time() + ahead
        stamp = struct.pack("!II", int(now) + TO_UNIX, int(now % 1 * 2**32))
        return (
            struct.pack("!BBbb", 0x20 | mode, stratum, 0, 0) + bytes(20) + data[40:48] + stamp * 2
        )

    return answer


def ask_time(answer: Callable[[bytes], bytes | None], deadline: timedelta = SECOND) -> ProbeResult:
    async def ask() -> ProbeResult:
        async with datagram_server(answer) as (port, _):
            return await probe_ntp(at(port), deadline)

    return asyncio.run(ask())


def test_the_distance_of_two_clocks_is_measured() -> None:
    near, far = ask_time(time_server(0.4)), ask_time(time_server(-30))
    assert near.outcome is Outcome.ALIVE
    assert near.facts["clock.offset_ms"] == pytest.approx(400, abs=200)
    assert far.outcome is Outcome.DEGRADED
    assert far.facts["clock.offset_ms"] == pytest.approx(-30_000, abs=200)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda data: b"time?", "What answered is no time server"),
        (lambda data: bytes(48), "What answered is no time server"),
        (time_server(0, mode=3), "What answered is no time server"),
        (time_server(0, stratum=16), "The time server says that its own clock is not set"),
        (lambda data: None, "No answer within 0.25 s"),
    ],
)
def test_a_time_server_that_misbehaves_is_dead(
    answer: Callable[[bytes], bytes | None], words: str
) -> None:
    assert ask_time(answer, SHORT).words == words


def mail_server(*replies: str) -> Stream:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for reply in replies:
            writer.write(reply.encode())
            await writer.drain()
            await reader.readuntil(b"\n")

    return talk


def ask_mail(talk: Stream, deadline: timedelta = SECOND) -> ProbeResult:
    async def ask() -> ProbeResult:
        async with stream_server(talk) as port:
            return await probe_smtp(at(port), deadline)

    return asyncio.run(ask())


def test_a_mail_server_that_greets_is_alive() -> None:
    result = ask_mail(mail_server("220 mx ESMTP Exim\r\n", "250-mx hello\r\n250 SIZE 100\r\n"))
    assert (result.outcome, result.facts) == (Outcome.ALIVE, {"smtp.server": "mx ESMTP Exim"})


def test_the_certificate_behind_starttls_is_read(tmp_path: Path) -> None:
    secure = self_signed(tmp_path, lasts=timedelta(days=20, hours=1))

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mx\r\n")
        await reader.readuntil(b"\n")
        writer.write(b"250-mx\r\n250 STARTTLS\r\n")
        await reader.readuntil(b"\n")
        writer.write(b"220 go\r\n")
        await writer.start_tls(secure)
        await reader.read(100)

    assert ask_mail(talk, 3 * SECOND).facts["tls.days_left"] == 20


@pytest.mark.parametrize(
    ("talk", "words"),
    [
        (mail_server("554 no\r\n"), "The mail server answered 554"),
        (mail_server("220 mx\r\n", "421 later\r\n"), "The mail server answered 421"),
        (mail_server("SSH-2.0-x\r\n"), "What answered is no mail server"),
        (mail_server("220-mx\r\n" * 100), "The mail server talks without end"),
        (mail_server("220 " + "x" * 9000), "The answer is too long"),
        (mail_server(""), "No answer within 0.25 s"),
    ],
)
def test_a_mail_server_that_misbehaves_is_dead(talk: Stream, words: str) -> None:
    assert ask_mail(talk, SHORT).words == words


def name_server(
    *records: str, rcode: dns.rcode.Rcode = dns.rcode.NOERROR
) -> Callable[[bytes], bytes]:
    def answer(data: bytes) -> bytes:
        question = dns.message.from_wire(data)
        reply = dns.message.make_response(question)
        reply.set_rcode(rcode)
        asked = question.question[0]
        if records:
            reply.answer.append(
                dns.rrset.from_text(asked.name, 60, "IN", asked.rdtype.name, *records)
            )
        return reply.to_wire()

    return answer


def ask_name(
    answer: Callable[[bytes], bytes | None], wanted: str = "", deadline: timedelta = SECOND
) -> ProbeResult:
    async def ask() -> ProbeResult:
        async with datagram_server(answer) as (port, _):
            return await probe_name(
                at(port),
                deadline,
                name="_sip._udp.example.com",
                record=RecordType.SRV,
                wanted=wanted,
            )

    return asyncio.run(ask())


def test_a_name_server_that_has_the_record_is_alive() -> None:
    result = ask_name(name_server("10 5 5060 pbx.example.com."), "pbx.example.com")
    assert (result.outcome, result.facts["dns.answers"]) == (
        Outcome.ALIVE,
        "10 5 5060 pbx.example.com.",
    )


@pytest.mark.parametrize(
    ("answer", "wanted", "words"),
    [
        (name_server(), "", "The name server does not answer with a record"),
        (name_server("1 1 5060 old.example.com."), "pbx", "The name server does not answer pbx"),
        (name_server(rcode=dns.rcode.NXDOMAIN), "", "The name server answered NXDOMAIN"),
        (lambda data: b"\x00" * 5, "", "What answered is no name server"),
        (lambda data: None, "", "No answer within 0.25 s"),
    ],
)
def test_a_name_server_without_the_record_is_dead(
    answer: Callable[[bytes], bytes | None], wanted: str, words: str
) -> None:
    assert ask_name(answer, wanted, SHORT).words == words


def test_a_name_that_nobody_can_ask_for_is_refused() -> None:
    with pytest.raises(ValueError, match="no name that can be looked up"):
        asyncio.run(probe_name(at(53), SECOND, name="a" * 70, record=RecordType.A))
