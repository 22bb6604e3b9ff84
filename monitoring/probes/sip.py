"""SIP OPTIONS over UDP, TCP and TLS: is the call engine alive?

Any final answer proves that it is: an Asterisk that does not know us says 401, a phone 404. Which
answers count as alive or as degraded can be set for each check.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import cast

from monitoring.probes.certificates import any_certificate, certificate_facts
from monitoring.probes.egress import Pinned
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.sip_messages import (
    LONGEST_ANSWER,
    NotSip,
    SipAnswer,
    SipRequest,
    options_request,
    read_answer,
)
from monitoring.probes.timing import NotWell, Stopwatch, within

# RFC 3261, 17.1.2.1: T1 is half a second and doubles.
RESEND_AFTER = (0.5, 1.0, 2.0)
# With rport (RFC 3581) the other side answers to where the request came from.
OWN_NAME = "monitor.invalid"
HEAD_END = b"\r\n\r\n"


class SipTransport(StrEnum):
    """How a SIP request travels."""

    UDP = "UDP"
    TCP = "TCP"
    TLS = "TLS"


@dataclass(frozen=True, slots=True)
class SipExpectation:
    """Which final answers are good news; every other one means that the engine is not well."""

    alive: frozenset[int] = frozenset({*range(200, 300), 401, 403, 404, 405, 407, 480, 486})
    degraded: frozenset[int] = frozenset({503})

    def judge(self, status: int) -> Outcome:
        """Return what a final status says."""
        if status in self.alive:
            return Outcome.ALIVE
        return Outcome.DEGRADED if status in self.degraded else Outcome.DEAD


EXPECTED = SipExpectation()


class SipSocket(asyncio.DatagramProtocol):
    """One UDP socket for many probes; answers are told apart by branch and address.

    Open it with `await SipSocket.open()`, once a process, and close it at the end.
    """

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str], asyncio.Future[SipAnswer]] = {}
        self._transport: asyncio.DatagramTransport | None = None

    @classmethod
    async def open(cls, local: str = "0.0.0.0") -> SipSocket:  # noqa: S104 - replies come here
        """Bind a free port of `local`."""
        loop = asyncio.get_running_loop()
        _, protocol = await loop.create_datagram_endpoint(cls, local_addr=(local, 0))
        return protocol

    def close(self) -> None:
        """Give the port back; probes that still wait end as unanswered."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport; asyncio calls this."""
        # asyncio's own is no subclass of it.
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Hand an answer to whoever waits for it; garbage and strangers are dropped."""
        try:
            answer = read_answer(data)
        except NotSip:
            return
        waiter = self._waiting.get((answer.branch, addr[0]))
        if waiter is not None and not waiter.done() and answer.is_final:
            waiter.set_result(answer)

    async def ask(self, target: Pinned) -> SipAnswer:
        """Send OPTIONS, again after 0.5, 1 and 2 s, and wait for as long as the caller does."""
        if self._transport is None:
            raise RuntimeError("The socket is not open.")
        port = self._transport.get_extra_info("sockname")[1]
        request = options_request(
            host=target.host, port=target.port, transport="UDP", local=f"{OWN_NAME}:{port}"
        )
        waiter: asyncio.Future[SipAnswer] = asyncio.get_running_loop().create_future()
        key = (request.branch, target.address)
        self._waiting[key] = waiter
        try:
            return await self._until_answered(target, request, waiter)
        finally:
            del self._waiting[key]

    async def _until_answered(
        self, target: Pinned, request: SipRequest, waiter: asyncio.Future[SipAnswer]
    ) -> SipAnswer:
        for pause in (*RESEND_AFTER, None):
            if self._transport is not None:
                self._transport.sendto(request.data, (target.address, target.port))
            done, _ = await asyncio.wait({waiter}, timeout=pause)
            if done:
                break
        return await waiter


async def probe_sip_udp(
    target: Pinned, deadline: timedelta, socket: SipSocket, expected: SipExpectation = EXPECTED
) -> ProbeResult:
    """Ask over UDP. Never raises for what the other side does."""
    watch = Stopwatch()
    answer = await within(deadline, socket.ask(target), watch)
    if isinstance(answer, ProbeResult):
        return answer
    return _result(answer, watch, expected)


async def probe_sip_stream(
    target: Pinned,
    deadline: timedelta,
    transport: SipTransport,
    expected: SipExpectation = EXPECTED,
) -> ProbeResult:
    """Ask over TCP or TLS. Never raises for what the other side does."""
    watch = Stopwatch()
    exchanged = await within(deadline, _exchange(target, transport), watch)
    if isinstance(exchanged, ProbeResult):
        return exchanged
    answer, facts = exchanged
    return _result(answer, watch, expected, facts)


async def _exchange(
    target: Pinned, transport: SipTransport
) -> tuple[SipAnswer, dict[str, str | int | float]]:
    context = any_certificate() if transport is SipTransport.TLS else None
    reader, writer = await asyncio.open_connection(
        target.address,
        target.port,
        ssl=context,
        server_hostname=target.host if context else None,
        limit=LONGEST_ANSWER,
    )
    try:
        local = writer.get_extra_info("sockname")
        request = options_request(
            host=target.host,
            port=target.port,
            transport=transport,
            local=f"{OWN_NAME}:{local[1]}",
        )
        writer.write(request.data)
        await writer.drain()
        answer = await _next_answer(reader)
        while not answer.is_final:
            answer = await _next_answer(reader)
        return answer, certificate_facts(writer.get_extra_info("ssl_object"))
    finally:
        writer.transport.abort()


async def _next_answer(reader: asyncio.StreamReader) -> SipAnswer:
    try:
        return read_answer(await reader.readuntil(HEAD_END))
    except NotSip as error:
        raise NotWell(f"Not a SIP server: {error}") from error


def _result(
    answer: SipAnswer,
    watch: Stopwatch,
    expected: SipExpectation,
    more: Mapping[str, str | int | float] | None = None,
) -> ProbeResult:
    facts: dict[str, str | int | float] = {"status": answer.status, **(more or {})}
    if answer.software:
        facts["software"] = answer.software[:120]
    words = f"SIP answered {answer.status} {answer.reason}".strip()
    return ProbeResult(expected.judge(answer.status), watch.took, words, facts)
