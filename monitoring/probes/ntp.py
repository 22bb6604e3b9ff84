"""Does a time server answer, and how far is its clock from ours? (SNTP, RFC 5905)"""

from __future__ import annotations

import asyncio
import struct
import time
from datetime import timedelta

from monitoring.probes.egress import Pinned
from monitoring.probes.facts import Fact, Facts
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.timing import NotWell, Stopwatch, within

PACKET = struct.Struct("!BBbb11I")
CLIENT_OF_VERSION_4 = 0x23
SERVER_MODE = 4
UNSYNCHRONISED = 16
# Seconds from 1900, where NTP counts from, to 1970.
TO_UNIX = 2_208_988_800
FRACTION = 2**32


async def probe_ntp(
    target: Pinned, deadline: timedelta, furthest: timedelta = timedelta(seconds=2)
) -> ProbeResult:
    """Ask for the time. Degraded when the clocks are more than `furthest` apart.

    Never raises for what the other side does.
    """
    watch = Stopwatch()
    offset = await within(deadline, _offset(target), watch)
    if isinstance(offset, ProbeResult):
        return offset
    facts: Facts = {Fact.CLOCK_OFFSET: round(offset * 1000, 3)}
    outcome = Outcome.ALIVE if abs(offset) <= furthest.total_seconds() else Outcome.DEGRADED
    words = f"Its clock differs from ours by {abs(offset):.3f} s"
    return ProbeResult(outcome, watch.took, words, facts)


class _Exchange(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if not self.answer.done():
            self.answer.set_result(data)

    def error_received(self, exc: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(exc)


async def _offset(target: Pinned) -> float:
    """Return their clock minus ours in seconds, half the way there and back taken off."""
    loop = asyncio.get_running_loop()
    transport, exchange = await loop.create_datagram_endpoint(
        _Exchange, remote_addr=(target.address, target.port)
    )
    try:
        sent = time.time()
        stamp = _stamp(sent)
        transport.sendto(PACKET.pack(CLIENT_OF_VERSION_4, 0, 0, 0, *[0] * 9, *stamp))
        answer = await exchange.answer
        received = time.time()
    finally:
        transport.close()
    theirs_in, theirs_out = _read(answer, stamp)
    return ((theirs_in - sent) + (theirs_out - received)) / 2


def _read(answer: bytes, asked: tuple[int, int]) -> tuple[float, float]:
    """Return when they had the question and when they sent the answer, in Unix seconds."""
    if len(answer) < PACKET.size:
        raise NotWell("What answered is no time server")
    first, stratum, _, _, *words = PACKET.unpack_from(answer)
    if first & 7 != SERVER_MODE or tuple(words[5:7]) != asked:
        raise NotWell("What answered is no time server")
    if not 0 < stratum < UNSYNCHRONISED:
        raise NotWell("The time server says that its own clock is not set")
    return _unix(words[7], words[8]), _unix(words[9], words[10])


def _stamp(instant: float) -> tuple[int, int]:
    seconds = int(instant)
    return (seconds + TO_UNIX) % FRACTION, int((instant - seconds) * FRACTION)


def _unix(seconds: int, fraction: int) -> float:
    # The era of the protocol changes in 2036: small numbers are of the next one.
    era = 0 if seconds >= FRACTION // 2 else FRACTION
    return seconds + era - TO_UNIX + fraction / FRACTION
