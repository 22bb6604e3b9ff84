"""HTTP and HTTPS over the wire."""

import asyncio
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from monitoring.probes.egress import EgressPolicy, EgressRefused
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.web import WebExpectation, probe_web
from tests.monitoring.wire import Stream, self_signed, stream_server

LOOPBACK = EgressPolicy(allowed=(ip_network("127.0.0.0/8"),))
SECOND = timedelta(seconds=1)


async def resolve(name: str, port: int) -> list[str]:
    return {"phone.example.com": ["127.0.0.1"], "inside.example.com": ["10.0.0.1"]}[name]


def serves(*answers: str) -> Stream:
    """Return a server that gives these answers, one a connection."""
    left = iter(answers)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(next(left).encode())
        await writer.drain()

    return talk


def page(status: str, body: str = "", *headers: str) -> str:
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "Connection: close"]
    return "\r\n".join([*lines, "", body])


def fetch(
    talk: Stream,
    expected: WebExpectation | None = None,
    *,
    path: str = "/",
    deadline: timedelta = SECOND,
    policy: EgressPolicy = LOOPBACK,
) -> ProbeResult:
    async def ask() -> ProbeResult:
        async with stream_server(talk) as port:
            url = f"http://phone.example.com:{port}{path}"
            return await probe_web(url, deadline, policy, expected or WebExpectation(), resolve)

    return asyncio.run(ask())


def test_a_page_that_comes_is_alive_and_its_software_is_kept() -> None:
    result = fetch(serves(page("200 OK", "hello", "Server: Phone 9")))
    assert (result.outcome, result.words) == (Outcome.ALIVE, "The page answered 200")
    assert result.facts == {"web.status": 200, "web.server": "Phone 9"}


@pytest.mark.parametrize("status", ["401 Unauthorized", "404 Not Found", "500 Oh"])
def test_another_status_than_expected_is_dead(status: str) -> None:
    assert fetch(serves(page(status))).words == f"The page answered {status[:3]}"
    wanted = WebExpectation(statuses=frozenset({int(status[:3])}))
    assert fetch(serves(page(status)), wanted).outcome is Outcome.ALIVE


def test_a_page_without_the_text_is_dead() -> None:
    wanted = WebExpectation(text="Registered")
    assert fetch(serves(page("200 OK", "Registered: 12")), wanted).outcome is Outcome.ALIVE
    result = fetch(serves(page("200 OK", "Offline")), wanted)
    assert (result.outcome, result.words) == (
        Outcome.DEAD,
        "The page does not hold the text that it should",
    )


def slowly(*pieces: str, ends: bool = True) -> Stream:
    """Return a server whose page comes in pieces, and ends or stays open."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        for piece in pieces:
            writer.write(piece.encode())
            await writer.drain()
            await asyncio.sleep(0.02)
        if not ends:
            await asyncio.sleep(5)

    return talk


def test_a_text_is_found_although_the_page_comes_in_pieces() -> None:
    wanted = WebExpectation(text="Registered")
    assert fetch(slowly("<html>", "Regis", "tered: 12"), wanted).outcome is Outcome.ALIVE
    assert fetch(slowly("<html>", "Off", "line"), wanted).outcome is Outcome.DEAD
    assert fetch(slowly("x" * 65_530, "Regis", "tered"), wanted).outcome is Outcome.DEAD


def test_a_page_that_never_ends_is_read_up_to_the_text_and_no_longer_than_the_deadline() -> None:
    wanted = WebExpectation(text="Registered")
    assert fetch(slowly("Regis", "tered", ends=False), wanted).outcome is Outcome.ALIVE
    result = fetch(slowly("Regis", ends=False), wanted, deadline=SECOND / 4)
    assert (result.outcome, result.words) == (Outcome.DEAD, "No answer within 0.25 s")


def test_a_redirect_is_followed_and_checked_like_a_target() -> None:
    talk = serves(page("302 Found", "", "Location: /home"), page("200 OK", "home"))
    assert fetch(talk).outcome is Outcome.ALIVE
    talk = serves(page("302 Found", "", "Location: http://inside.example.com/secrets"))
    assert fetch(talk).words == (
        "The page leads where probes may not go: 10.0.0.1 is private or reserved,"
        " so nothing is sent there."
    )


def test_redirects_end() -> None:
    talk = serves(*[page("302 Found", "", "Location: /again")] * 9)
    assert fetch(talk).words == "The page leads on more than 3 times"


def test_a_private_target_is_refused_and_nothing_is_sent() -> None:
    asked: list[str] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append("connection")

    with pytest.raises(EgressRefused, match="loopback"):
        fetch(talk, policy=EgressPolicy())
    assert asked == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://phone.example.com/",
        "phone.example.com",
        "http://a:b@phone.example.com/",
        "http://:80/",
        "http://x:99999/",
    ],
)
def test_what_is_no_address_of_a_page_is_refused(url: str) -> None:
    with pytest.raises(EgressRefused):
        asyncio.run(probe_web(url, SECOND, LOOPBACK, resolve=resolve))


async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x00\xff nothing of the kind\r\n\r\n")
    await writer.drain()


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1_000_000)
    await asyncio.sleep(5)


async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    for _ in range(2000):
        writer.write(b"x" * 10_000)
        await writer.drain()


def test_a_server_that_speaks_no_http_is_told_apart_from_silence() -> None:
    assert fetch(garbage).words == "What answered is no web server"
    assert fetch(silent, deadline=SECOND / 4).words == "No answer within 0.25 s"


def test_of_a_body_without_end_only_the_beginning_is_read() -> None:
    result = fetch(endless)
    assert result.outcome is Outcome.ALIVE
    assert result.took < SECOND


def test_the_end_of_a_certificate_is_read_although_nobody_signed_it(tmp_path: Path) -> None:
    async def ask() -> ProbeResult:
        secure = self_signed(tmp_path, lasts=timedelta(days=-2))
        async with stream_server(serves(page("200 OK")), secure) as port:
            url = f"https://phone.example.com:{port}/"
            return await probe_web(url, 3 * SECOND, LOOPBACK, resolve=resolve)

    result = asyncio.run(ask())
    assert result.outcome is Outcome.ALIVE
    assert result.facts["tls.days_left"] == -3
