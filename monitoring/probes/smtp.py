"""Does a mail server greet, and when does its certificate end? (RFC 5321, RFC 3207)"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from monitoring.probes.certificates import any_certificate, certificate_facts
from monitoring.probes.egress import Pinned
from monitoring.probes.facts import Fact, Facts, Value, clean
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.timing import NotWell, Stopwatch, within

GREETING, OK = "220", "250"
OWN_NAME = "monitor.invalid"
MOST_LINES = 64
LONGEST_LINE = 4 * 1024


async def probe_smtp(target: Pinned, deadline: timedelta) -> ProbeResult:
    """Greet, ask for encryption where it is offered, and say goodbye; no mail is sent.

    Never raises for what the other side does.
    """
    watch = Stopwatch()
    facts = await within(deadline, _greet(target), watch)
    if isinstance(facts, ProbeResult):
        return facts
    return ProbeResult(Outcome.ALIVE, watch.took, "The mail server greets", facts)


async def _greet(target: Pinned) -> Facts:
    reader, writer = await asyncio.open_connection(target.address, target.port, limit=LONGEST_LINE)
    try:
        banner = await _reply(reader, GREETING)
        facts: dict[str, Value] = {Fact.SMTP_SERVER: clean(banner[0])}
        offers = await _say(reader, writer, f"EHLO {OWN_NAME}", OK)
        if "STARTTLS" in {offer.upper() for offer in offers}:
            await _say(reader, writer, "STARTTLS", GREETING)
            await writer.start_tls(any_certificate(), server_hostname=target.host)
            facts.update(certificate_facts(writer.get_extra_info("ssl_object")))
        writer.write(b"QUIT\r\n")
        await writer.drain()
        return facts
    finally:
        writer.transport.abort()


async def _say(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: str, expected: str
) -> list[str]:
    writer.write(f"{line}\r\n".encode())
    await writer.drain()
    return await _reply(reader, expected)


async def _reply(reader: asyncio.StreamReader, expected: str) -> list[str]:
    """Return the texts of a reply of one or more lines."""
    texts: list[str] = []
    for _ in range(MOST_LINES):
        line = (await reader.readuntil(b"\n")).decode("utf-8", errors="replace").rstrip("\r\n")
        code, more, text = line[:3], line[3:4], line[4:]
        if not code.isdigit() or more not in ("-", " ", ""):
            raise NotWell("What answered is no mail server")
        if code != expected:
            raise NotWell(f"The mail server answered {code}")
        texts.append(text)
        if more != "-":
            return texts
    raise NotWell("The mail server talks without end")
