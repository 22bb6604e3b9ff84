"""Equipment that answers with anything at all: every probe ends in time, in words, and small."""

import asyncio
import random
import socket
import struct
import time
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from monitoring.probes.digest import Login
from monitoring.probes.egress import EgressPolicy
from monitoring.probes.kinds import Means, ProbeKind, Question, ask
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.sip_wire import SipSocket
from monitoring.probes.snmp import Community
from tests.monitoring.ssh_wire import LOGIN
from tests.monitoring.wire import (
    Answer,
    Stream,
    datagram_server,
    self_signed,
    sip_reply,
    stream_server,
)

DEADLINE = timedelta(milliseconds=250)
# For the machine that runs the tests, not for the probe.
SLACK = timedelta(seconds=1)
MEGABYTES = 1024 * 1024
LOOPBACK = EgressPolicy(allowed=(ip_network("127.0.0.0/8"),))
GARBAGE = random.Random(4).randbytes(4096)

OVER_STREAMS = (
    *(ProbeKind.SIP_TCP, ProbeKind.SIP_TLS, ProbeKind.WEB, ProbeKind.SMTP),
    *(ProbeKind.SSH, ProbeKind.SSH_KEY, ProbeKind.ASTERISK, ProbeKind.NUT),
)
OVER_DATAGRAMS = (
    *(ProbeKind.SIP_UDP, ProbeKind.SIP_LOGIN, ProbeKind.SNMP, ProbeKind.NTP, ProbeKind.DNS),
)


def says(text: bytes) -> Stream:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(text)
        await writer.drain()
        await reader.read()

    return talk


def drips(start: bytes) -> Stream:
    """Return a server that says one more byte again and again, for ever."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while not reader.at_eof():
            writer.write(b"x")
            await writer.drain()
            await asyncio.wait({asyncio.ensure_future(reader.read(1000))}, timeout=0.05)

    return talk


async def hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)


async def resets(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    peer = writer.get_extra_info("socket")
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


SIP_BOMB = b"SIP/2.0 200 OK\r\n" + b"".join(b"X-%d: bomb\r\n" % number for number in range(200_000))
HTTP_BOMB = b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % number for number in range(200_000))

STREAMS: dict[str, Stream] = {
    "garbage": says(GARBAGE),
    "10 MB without a line": says(b"x" * 10 * MEGABYTES),
    "10 MB of empty lines": says(b"\r\n" * 5 * MEGABYTES),
    "one byte at a time": drips(b""),
    "one byte at a time after a greeting": drips(b"220 mx\r\nSIP/2.0 100 Trying\r\n"),
    "a bomb of SIP headers": says(SIP_BOMB),
    "a bomb of HTTP headers": says(HTTP_BOMB),
    "a page of 10 MB that never ends": says(b"HTTP/1.1 500 x\r\n\r\n" + b"y" * 10 * MEGABYTES),
    "trying, for ever": says(b"SIP/2.0 100 Trying\r\nVia: x;branch=z9\r\n\r\n" * 100_000),
    "hangs up": hangs_up,
    "resets the connection": resets,
}
DATAGRAMS: dict[str, Answer] = {
    "silence": lambda data: None,
    "garbage": lambda data: GARBAGE,
    "its own question": lambda data: data,
    "the largest datagram": lambda data: b"x" * 65_000,
    "an empty datagram": lambda data: b"",
    "zeros": lambda data: bytes(2000),
    "a bomb of SIP headers": lambda data: SIP_BOMB[:65_000],
}


def question(kind: ProbeKind, port: int) -> Question:
    return Question(
        kind=kind,
        host=f"http://127.0.0.1:{port}/" if kind is ProbeKind.WEB else "127.0.0.1",
        port=port,
        deadline=DEADLINE,
        name="example.com",
        login=Login("101", "s3cret"),
        snmp=Community("public"),
        ssh=LOGIN,
    )


@asynccontextmanager
async def means() -> AsyncIterator[Means]:
    own = await SipSocket.open("127.0.0.1")
    try:
        yield Means(own, LOOPBACK)
    finally:
        own.close()


async def timed(asking: Awaitable[ProbeResult]) -> tuple[ProbeResult, float]:
    began = time.monotonic()
    return await asking, time.monotonic() - began


def refused_in_time(run: Callable[[], Awaitable[ProbeResult]]) -> ProbeResult:
    tracemalloc.start()
    try:
        result, took = asyncio.run(timed(run()))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert took < (DEADLINE + SLACK).total_seconds()
    assert len(result.words) < 200
    assert result.words.isprintable()
    # The servers of the test hold the most: what they send, once in full and once on its way.
    assert most < 60 * MEGABYTES
    return result


@pytest.mark.parametrize("kind", OVER_STREAMS)
@pytest.mark.parametrize("behaviour", STREAMS)
def test_a_stream_of_anything_ends_dead_and_in_time(kind: ProbeKind, behaviour: str) -> None:
    async def run() -> ProbeResult:
        async with stream_server(STREAMS[behaviour]) as port, means() as own:
            return await ask(question(kind, port), own)

    result = refused_in_time(run)
    # That page does come, with a status that says enough.
    assert result.outcome is Outcome.DEAD, result
    assert not {name for name in result.facts if name not in {"web.status", "ssh.host_key"}}


@pytest.mark.parametrize("kind", OVER_DATAGRAMS)
@pytest.mark.parametrize("behaviour", DATAGRAMS)
def test_datagrams_of_anything_end_dead_and_in_time(kind: ProbeKind, behaviour: str) -> None:
    async def run() -> ProbeResult:
        async with datagram_server(DATAGRAMS[behaviour]) as (port, _), means() as own:
            return await ask(question(kind, port), own)

    assert refused_in_time(run).outcome is Outcome.DEAD


def test_an_answer_with_a_thousand_headers_is_read_all_the_same() -> None:
    more = [f"X-{number}: y" for number in range(1000)]

    async def run() -> ProbeResult:
        def answer(data: bytes) -> bytes:
            return sip_reply(data, "200 OK", *more)

        async with datagram_server(answer) as (port, _), means() as own:
            return await ask(question(ProbeKind.SIP_UDP, port), own)

    assert refused_in_time(run).outcome in {Outcome.ALIVE, Outcome.DEAD}


def test_a_certificate_that_ended_or_is_of_somebody_else_is_told_and_not_believed(
    tmp_path: Path,
) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        writer.write(sip_reply(request, "200 OK"))
        await writer.drain()

    async def run(lasts: timedelta) -> ProbeResult:
        secure = self_signed(tmp_path, lasts=lasts)
        async with stream_server(talk, secure) as port, means() as own:
            return await ask(question(ProbeKind.SIP_TLS, port), own)

    ended = asyncio.run(run(timedelta(hours=-25)))
    assert (ended.outcome, ended.facts["tls.days_left"]) == (Outcome.DEGRADED, -2)
    assert ended.words == "The certificate has ended"
    soon = asyncio.run(run(timedelta(days=9, hours=1)))
    assert (soon.outcome, soon.words) == (Outcome.DEGRADED, "The certificate ends in 9 days")
    assert asyncio.run(run(timedelta(days=90))).outcome is Outcome.ALIVE


def test_many_hostile_devices_at_once_hold_nobody_up() -> None:
    """A hundred that drip and one that is well: the well one is heard at once."""

    async def run() -> tuple[float, set[Outcome]]:
        def answer(data: bytes) -> bytes:
            return sip_reply(data, "200 OK")

        async with (
            stream_server(drips(b"")) as slow,
            datagram_server(answer) as (well, _),
            means() as own,
        ):
            asking = [
                asyncio.ensure_future(ask(question(kind, slow), own))
                for kind in OVER_STREAMS
                for _ in range(12)
            ]
            await asyncio.sleep(0.1)
            _, took = await timed(ask(question(ProbeKind.SIP_UDP, well), own))
            return took, {result.outcome for result in await asyncio.gather(*asking)}

    took, outcomes = asyncio.run(run())
    assert took < 0.5
    assert outcomes == {Outcome.DEAD}
