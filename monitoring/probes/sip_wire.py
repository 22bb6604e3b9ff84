"""How SIP requests travel and answers come back: UDP, TCP and TLS."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from enum import StrEnum
from ipaddress import ip_address
from typing import cast

from monitoring.probes.certificates import any_certificate, certificate_facts
from monitoring.probes.egress import Pinned
from monitoring.probes.facts import Facts
from monitoring.probes.results import Outcome
from monitoring.probes.sip_messages import (
    LONGEST_ANSWER,
    NotSip,
    SipAnswer,
    SipPlaces,
    SipRequest,
    read_answer,
)
from monitoring.probes.timing import NotWell

# RFC 3261, 17.1.2.1: T1 is half a second and doubles.
RESEND_AFTER = (0.5, 1.0, 2.0)
# With rport (RFC 3581) the other side answers to where the request came from.
OWN_NAME = "monitor.invalid"
HEAD_END = b"\r\n\r\n"

# Answers come to wherever the way to the equipment begins.
EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104  # nosec B104
NO_WAY = "From here nothing can be sent to {kind} addresses"

Build = Callable[[SipPlaces], SipRequest]


class SipTransport(StrEnum):
    """How a SIP request travels."""

    UDP = "UDP"
    TCP = "TCP"
    TLS = "TLS"


class SipSocket(asyncio.DatagramProtocol):
    """One UDP socket for each family of addresses and for many probes.

    Answers are told apart by branch and address. Open it with `await SipSocket.open()`, once a
    process, and close it at the end.
    """

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str], asyncio.Future[SipAnswer]] = {}
        self._transports: dict[int, asyncio.DatagramTransport] = {}

    @classmethod
    async def open(cls, *local: str) -> SipSocket:
        """Bind a free port of each of `local`, or of every address.

        Raises OSError when none can be bound: a machine without IPv6 has IPv4 alone.
        """
        loop, made = asyncio.get_running_loop(), cls()
        failed: OSError | None = None
        for address in local or EVERY_ADDRESS:
            try:
                await loop.create_datagram_endpoint(lambda: made, local_addr=(address, 0))
            except OSError as error:
                failed = error
        if failed is not None and not made._transports:
            raise failed
        return made

    def close(self) -> None:
        """Give the ports back; probes that still wait end as unanswered."""
        for transport in self._transports.values():
            transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport; asyncio calls this."""
        own = transport.get_extra_info("sockname")[0]
        # asyncio's own is no subclass of it.
        self._transports[_version(own)] = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Hand an answer to whoever waits for it; garbage and strangers are dropped."""
        try:
            answer = read_answer(data)
        except NotSip:
            return
        waiter = self._waiting.get((answer.branch, _plain(addr[0])))
        if waiter is not None and not waiter.done() and answer.is_final:
            waiter.set_result(answer)

    async def ask(self, target: Pinned, build: Build) -> SipAnswer:
        """Send, again after 0.5, 1 and 2 s, and wait for as long as the caller does."""
        version = _version(target.address)
        transport = self._transports.get(version)
        if transport is None:
            raise NotWell(NO_WAY.format(kind=f"IPv{version}"), Outcome.UNKNOWN)
        request = build(_places(target, SipTransport.UDP, transport))
        waiter: asyncio.Future[SipAnswer] = asyncio.get_running_loop().create_future()
        key = (request.branch, _plain(target.address))
        self._waiting[key] = waiter
        try:
            return await self._until_answered(transport, target, request, waiter)
        finally:
            del self._waiting[key]

    async def _until_answered(
        self,
        transport: asyncio.DatagramTransport,
        target: Pinned,
        request: SipRequest,
        waiter: asyncio.Future[SipAnswer],
    ) -> SipAnswer:
        for pause in (*RESEND_AFTER, None):
            transport.sendto(request.data, (target.address, target.port))
            done, _ = await asyncio.wait({waiter}, timeout=pause)
            if done:
                break
        return await waiter


class SipStream:
    """One connection over TCP or TLS; `facts` tell of its certificate."""

    def __init__(
        self,
        target: Pinned,
        transport: SipTransport,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._places = _places(target, transport, writer.transport)
        self._reader, self._writer = reader, writer
        self.facts: Facts = certificate_facts(writer.get_extra_info("ssl_object"))

    async def ask(self, build: Build) -> SipAnswer:
        """Send, and wait for the final answer for as long as the caller does."""
        self._writer.write(build(self._places).data)
        await self._writer.drain()
        answer = await self._next()
        while not answer.is_final:
            answer = await self._next()
        return answer

    async def _next(self) -> SipAnswer:
        try:
            answer = read_answer(await self._reader.readuntil(HEAD_END))
            # A body would be taken for the next answer.
            await self._reader.readexactly(answer.body_length)
        except NotSip as error:
            raise NotWell(f"Not a SIP server: {error}") from error
        return answer


@asynccontextmanager
async def sip_stream(target: Pinned, transport: SipTransport) -> AsyncIterator[SipStream]:
    """Connect over TCP or TLS, and hang up at the end."""
    context = any_certificate() if transport is SipTransport.TLS else None
    reader, writer = await asyncio.open_connection(
        target.address,
        target.port,
        ssl=context,
        server_hostname=target.host if context else None,
        limit=LONGEST_ANSWER,
    )
    try:
        yield SipStream(target, transport, reader, writer)
    finally:
        writer.transport.abort()


def _version(address: str) -> int:
    return ip_address(address.partition("%")[0]).version


def _plain(address: str) -> str:
    """Return an address in the one form in which it is compared."""
    return str(ip_address(address.partition("%")[0]))


def _places(target: Pinned, transport: SipTransport, socket: asyncio.BaseTransport) -> SipPlaces:
    port = socket.get_extra_info("sockname")[1]
    return SipPlaces(target.host, target.port, transport, f"{OWN_NAME}:{port}")
