"""A forbidden target hears nothing, in whatever form it is written: a real listener counts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_network

import pytest

from monitoring.check_settings import SETTINGS
from monitoring.probes.digest import Login
from monitoring.probes.egress import EgressPolicy, EgressRefused
from monitoring.probes.kinds import Means, ProbeKind, Question, ask
from monitoring.probes.results import Outcome
from monitoring.probes.sip_wire import SipSocket
from monitoring.probes.snmp import Community
from monitoring.probes.ssh_login import SshLogin

SOON = timedelta(seconds=2)
# Names whose name server answers with the listener's own address.
LYING = ("pbx.example.com", "metadata.example.com")
DISGUISED = (
    "127.0.0.1",
    "localhost",
    "2130706433",
    "127.1",
    "0x7f000001",
    "0177.0.0.1",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[::127.0.0.1]",
    "127.0.0.1.",
    "１２７.0.0.1",
    *LYING,
)
KINDS = [kind for kind in ProbeKind if kind.value in SETTINGS]


@dataclass
class Listener:
    """Who came to this machine, over TCP and UDP on one port."""

    port: int = 0
    heard: list[str] = field(default_factory=list)


class _Packets(asyncio.DatagramProtocol):
    def __init__(self, listener: Listener) -> None:
        self.listener = listener

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.listener.heard.append("udp")


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    """Listen until the end of the block."""
    listener = Listener()

    def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        listener.heard.append("tcp")
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    listener.port = server.sockets[0].getsockname()[1]
    packets, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _Packets(listener), local_addr=("127.0.0.1", listener.port)
    )
    try:
        yield listener
    finally:
        await asyncio.sleep(0.05)
        packets.close()
        server.close()
        await server.wait_closed()


async def resolve(name: str, port: int) -> list[str]:
    """Answer every name with this machine, beside a public address."""
    return ["8.8.8.8", "127.0.0.1"]


def question(kind: ProbeKind, host: str, port: int) -> Question:
    """Return a question that lacks nothing but a target that may be asked."""
    place = f"http://{host}:{port}/" if kind is ProbeKind.WEB else host
    return Question(
        kind=kind,
        host=place,
        port=port,
        deadline=SOON,
        name="pbx.example.com",
        login=Login("u", "p"),
        snmp=Community("public"),
        ssh=SshLogin("u", password="p", host_key="SHA256:x"),
    )


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_of_probe_reaches_this_machine_by_any_name(kind: ProbeKind) -> None:
    async def run() -> list[str]:
        async with listening() as listener:
            socket = await SipSocket.open()
            try:
                means = Means(socket, EgressPolicy(), resolve)
                for host in DISGUISED:
                    with pytest.raises((EgressRefused, ValueError)):
                        await ask(question(kind, host, listener.port), means)
            finally:
                socket.close()
        return listener.heard

    assert asyncio.run(run()) == []


def test_a_redirect_to_a_forbidden_place_is_not_followed() -> None:
    async def run() -> tuple[list[str], Outcome, str]:
        async with listening() as forbidden:
            place = f"http://127.0.0.1:{forbidden.port}/".encode()

            async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(
                    b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\n"
                    b"Location: " + place + b"\r\n\r\n"
                )
                writer.close()

            server = await asyncio.start_server(redirect, "127.0.0.2", 0)
            port = server.sockets[0].getsockname()[1]
            socket = await SipSocket.open()
            policy = EgressPolicy(allowed=(ip_network("127.0.0.2/32"),))
            try:
                result = await ask(
                    question(ProbeKind.WEB, "127.0.0.2", port), Means(socket, policy)
                )
            finally:
                socket.close()
                server.close()
        return forbidden.heard, result.outcome, result.words

    heard, outcome, words = asyncio.run(run())
    assert heard == []
    assert outcome is not Outcome.ALIVE
    assert "loopback" in words


def test_the_listener_does_hear_what_may_be_asked() -> None:
    async def run() -> list[str]:
        async with listening() as listener:
            socket = await SipSocket.open()
            policy = EgressPolicy(allowed=(ip_network("127.0.0.0/8"),))
            try:
                for kind in (ProbeKind.TCP, ProbeKind.SIP_UDP):
                    await ask(question(kind, "127.0.0.1", listener.port), Means(socket, policy))
            finally:
                socket.close()
        return sorted(set(listener.heard))

    assert asyncio.run(run()) == ["tcp", "udp"]
