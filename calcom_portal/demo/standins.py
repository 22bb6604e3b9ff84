"""Small responders on loopback that play the demo's equipment: SIP, web, NUT and plain ports.

They answer as slowly as equipment behind a line does, so that the demo's answer times go on where
its history ends.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from random import Random
from typing import cast

from calcom_portal.demo.equipment import HOST, Place

log = logging.getLogger(__name__)

BRANCH_TO_CSEQ = re.compile(r"^(?:via|v|from|f|to|t|call-id|i|cseq)\s*:.*$", re.IGNORECASE)
LONGEST_LINE = 4096
PATIENCE = 10
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class SipPhone(asyncio.DatagramProtocol):
    """Answers every SIP request with a status: a phone system with 200, a phone with 404."""

    def __init__(self, place: Place, delay: Callable[[], float]) -> None:
        is_phone = place.device.kind == "phone"
        self._status = "404 Not Found" if is_phone else "200 OK"
        self._software = f"{place.device.product.vendor} {place.device.product.model}"
        self._delay = delay

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the socket."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer after a while."""
        answer = sip_answer(data, self._status, self._software)
        if answer:
            loop = asyncio.get_running_loop()
            loop.call_later(self._delay(), self._transport.sendto, answer, addr)


def sip_answer(request: bytes, status: str, software: str) -> bytes:
    """Return the answer to a SIP request (RFC 3261, 8.2.6); b"" to what is none."""
    lines = request.decode("utf-8", "replace").split("\r\n")
    if not lines[0].endswith("SIP/2.0"):
        return b""
    copied = [line for line in lines[1:] if BRANCH_TO_CSEQ.match(line)]
    told = [f"SIP/2.0 {status}", *copied, f"Server: {software}", "Content-Length: 0", "", ""]
    return "\r\n".join(told).encode()


def web_page(place: Place, delay: Callable[[], float]) -> Talk:
    """Return a server of one small page."""
    title = f"{place.device.product.vendor} {place.device.product.model}"
    body = f"<!doctype html><title>{title}</title><h1>Sign in</h1>".encode()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(delay())
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)

    return talk


def power_supply(place: Place, delay: Callable[[], float]) -> Talk:
    """Return a NUT server of one power supply."""
    on_battery = place.is_on_battery
    told = {
        "ups.status": "OB DISCHRG" if on_battery else "OL",
        "battery.charge": "71" if on_battery else "100",
        "battery.runtime": "960" if on_battery else "2340",
        "ups.load": "31",
        "ups.model": f"{place.device.product.vendor} {place.device.product.model}",
    }

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := (await reader.readline()).decode("ascii", "replace").strip():
            await asyncio.sleep(delay())
            writer.write(nut_answer(line, told).encode())

    return talk


def nut_answer(line: str, told: dict[str, str]) -> str:
    """Return what a NUT server says to one line (its network protocol, RFC 9271)."""
    words = line.split()
    if words == ["LIST", "UPS"]:
        return 'BEGIN LIST UPS\nUPS ups "Battery backup"\nEND LIST UPS\n'
    if words[:2] == ["LIST", "VAR"]:
        rows = "".join(f'VAR ups {name} "{value}"\n' for name, value in told.items())
        return f"BEGIN LIST VAR ups\n{rows}END LIST VAR ups\n"
    return "ERR UNKNOWN-COMMAND\n"


def open_port(place: Place, delay: Callable[[], float]) -> Talk:
    """Return a server that takes a connection and waits until the other side hangs up."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(LONGEST_LINE)

    return talk


TALKS = {"web": web_page, "nut": power_supply, "tcp": open_port}


async def stand_in(played: Iterable[Place]) -> int:
    """Play everything that is not silent. Returns how many ports could be had."""
    opened = [await _open(place) for place in played if not place.is_silent]
    return sum(opened)


async def _open(place: Place) -> bool:
    # Chance for a demo, seeded: nothing is kept secret by it.
    random = Random(place.port)
    usual = place.asked.usual_us / 1_000_000

    def delay() -> float:
        return usual * random.uniform(0.7, 1.3)

    loop = asyncio.get_running_loop()
    try:
        if place.asked.kind == "sip-udp":
            phone = SipPhone(place, delay)
            await loop.create_datagram_endpoint(lambda: phone, local_addr=(HOST, place.port))
        else:
            talk = _patient(TALKS[place.asked.kind](place, delay))
            await asyncio.start_server(talk, HOST, place.port, limit=LONGEST_LINE)
    except OSError as error:
        log.warning("standin.port_taken port=%s error=%s", place.port, type(error).__name__)
        return False
    return True


def _patient(talk: Talk) -> Talk:
    async def within(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, ValueError, TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await talk(reader, writer)
                await writer.drain()
        writer.close()

    return within
