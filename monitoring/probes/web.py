"""HTTP and HTTPS: does the page come, with the status and the text that it should have?

The connection goes to the checked address, and every redirect is checked like a target of its own.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.connector import Connection

from monitoring.probes.certificates import any_certificate, certificate_facts
from monitoring.probes.egress import EgressPolicy, EgressRefused, Pinned, Resolve, pin
from monitoring.probes.facts import Fact, Facts, clean
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.timing import NotWell, Stopwatch, within

MOST_REDIRECTS = 3
LARGEST_BODY = 64 * 1024
PORTS = {"http": 80, "https": 443}
HEADERS = {"User-Agent": "Portal-Monitor", "Accept": "*/*"}
MOVED = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class WebExpectation:
    """What a page must be: its status, and a text within its first 64 kB ("" for any)."""

    statuses: frozenset[int] = frozenset(range(200, 400))
    text: str = ""


EXPECTED = WebExpectation()


@dataclass(frozen=True, slots=True)
class _Page:
    status: int
    body: bytes
    facts: Facts
    moved_to: str = ""


class _PinnedResolver(AbstractResolver):
    """Answers every name with the one address that was checked."""

    def __init__(self, target: Pinned) -> None:
        self._target = target

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the checked address; aiohttp calls this."""
        kind = socket.AF_INET6 if ":" in self._target.address else socket.AF_INET
        return [
            ResolveResult(
                hostname=host, host=self._target.address, port=port, family=kind, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        """Nothing to give back."""


class _ReadingConnector(aiohttp.TCPConnector):
    """Connects to one checked address, and reads the certificate while the connection is there."""

    def __init__(self, target: Pinned) -> None:
        super().__init__(
            resolver=_PinnedResolver(target), ssl=any_certificate(), use_dns_cache=False
        )
        self.certificate: Facts = {}

    async def connect(self, *args: Any, **kwargs: Any) -> Connection:
        """Open the connection; aiohttp calls this."""
        made = await super().connect(*args, **kwargs)
        if made.transport is not None:
            self.certificate = certificate_facts(made.transport.get_extra_info("ssl_object"))
        return made


async def probe_web(
    url: str,
    deadline: timedelta,
    policy: EgressPolicy,
    expected: WebExpectation = EXPECTED,
    resolve: Resolve | None = None,
) -> ProbeResult:
    """Fetch a page. Raises EgressRefused for the target itself, and for nothing that a peer does.

    Certificates are read and not judged: phones and phone systems sign their own.
    """
    watch = Stopwatch()
    target = await _target_of(url, policy, resolve)
    text = expected.text.encode()
    page = await within(deadline, _follow(url, target, policy, text, resolve), watch)
    if isinstance(page, ProbeResult):
        return page
    facts = {Fact.WEB_STATUS.value: page.status, **page.facts}
    if page.status not in expected.statuses:
        words = f"The page answered {page.status}"
        return ProbeResult(Outcome.DEAD, watch.took, words, facts)
    if text not in page.body:
        words = "The page does not hold the text that it should"
        return ProbeResult(Outcome.DEAD, watch.took, words, facts)
    return ProbeResult(Outcome.ALIVE, watch.took, f"The page answered {page.status}", facts)


async def _follow(
    url: str, target: Pinned, policy: EgressPolicy, text: bytes, resolve: Resolve | None
) -> _Page:
    for _ in range(MOST_REDIRECTS + 1):
        page = await _fetch(url, target, text)
        if not page.moved_to:
            return page
        url = urljoin(url, page.moved_to)
        try:
            target = await _target_of(url, policy, resolve)
        except EgressRefused as error:
            raise NotWell(f"The page leads where probes may not go: {error}") from error
    raise NotWell(f"The page leads on more than {MOST_REDIRECTS} times")


async def _fetch(url: str, target: Pinned, text: bytes) -> _Page:
    connector = _ReadingConnector(target)
    try:
        async with (
            aiohttp.ClientSession(connector=connector, headers=HEADERS) as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            software = clean(answer.headers.get("Server", ""))
            facts = {
                **connector.certificate,
                **({Fact.WEB_SERVER.value: software} if software else {}),
            }
            body = await _beginning_of(answer.content, text)
            moved_to = answer.headers.get("Location", "") if answer.status in MOVED else ""
            return _Page(answer.status, body, facts, moved_to)
    except aiohttp.ClientConnectorCertificateError as error:
        raise NotWell("The TLS connection failed") from error
    except aiohttp.ClientSSLError as error:
        raise NotWell("The TLS connection failed") from error
    except aiohttp.ClientOSError as error:
        raise ConnectionRefusedError from error
    except (aiohttp.ClientError, ValueError) as error:
        raise NotWell("What answered is no web server") from error


async def _beginning_of(content: aiohttp.StreamReader, text: bytes) -> bytes:
    """Read up to where `text` is found: a page that never ends has shown enough then."""
    body = b""
    while len(body) < LARGEST_BODY:
        # It comes in pieces, as the network cuts it.
        piece = await content.read(LARGEST_BODY - len(body))
        body += piece
        if not piece or text in body:
            break
    return body


async def _target_of(url: str, policy: EgressPolicy, resolve: Resolve | None) -> Pinned:
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError) as error:
        raise EgressRefused("Only addresses that begin with http:// or https:// work.") from error
    if parts.username or parts.password:
        raise EgressRefused("Leave the name and the password out of the address.")
    return await pin(parts.hostname or "", port, policy, resolve)
