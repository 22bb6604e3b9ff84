"""Who asks: this process itself within a provider's policy, or the agent at a site."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from time import monotonic
from typing import Protocol
from urllib.parse import urlsplit

from monitoring.probes.egress import EgressPolicy, EgressRefused
from monitoring.probes.kinds import Means, ProbeKind, Question, ask
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.sip_wire import SipSocket
from monitoring.runner.thread import DatabaseThread

log = logging.getLogger(__name__)

Asker = Callable[[Question], Awaitable[ProbeResult]]

# A probe keeps its own deadline; this one is for a probe that does not.
GRACE_SECONDS = 3.0
NAMES_KEPT_SECONDS = 60.0
OUR_FAULT = "Our own side failed; whoever operates the portal can see why."


class AgentAway(Exception):
    """The agent at the site is not connected, so nobody can be asked there."""


class Hub(Protocol):
    """Where agents come in."""

    async def open(self, database: DatabaseThread) -> None:
        """Let them come."""
        ...

    async def close(self) -> None:
        """Hang up."""
        ...

    async def refresh(self) -> None:
        """Read who may come in."""
        ...

    async def ask(self, agent_id: int, question: Question) -> ProbeResult:
        """Have an agent ask. Raises AgentAway."""
        ...


class NoHub:
    """Stands in where no agent can come in."""

    async def open(self, database: DatabaseThread) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    async def refresh(self) -> None:
        """Nobody to know."""

    async def ask(self, agent_id: int, question: Question) -> ProbeResult:
        """Raise AgentAway."""
        raise AgentAway


class Names:
    """Resolves names, and keeps what it found for a minute; the policy sees every address anyway.

    When the name server is away, what was found last stays good for as long again.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._known: dict[str, tuple[float, Sequence[str]]] = {}

    async def __call__(self, name: str, port: int) -> Sequence[str]:
        """Return the addresses behind a name. Raises OSError."""
        kept = self._known.get(name)
        if kept is not None and kept[0] > self._clock():
            return kept[1]
        try:
            found = await asyncio.get_running_loop().getaddrinfo(
                name, port, type=socket.SOCK_STREAM
            )
        except OSError:
            if kept is not None and kept[0] > self._clock() - NAMES_KEPT_SECONDS:
                return kept[1]
            raise
        addresses = list(dict.fromkeys(str(place[0]) for *_, place in found))
        self._known[name] = (self._clock() + NAMES_KEPT_SECONDS, addresses)
        return addresses


class Askers:
    """Finds who asks for a provider or an agent, and never lets an error out."""

    def __init__(self, sip: SipSocket, hub: Hub) -> None:
        self._base = Means(sip, EgressPolicy(), Names())
        self._hub = hub
        self._policies: Mapping[int, EgressPolicy] = {}
        self._means: dict[int, Means] = {}

    def allow(self, everybody: EgressPolicy, policies: Mapping[int, EgressPolicy]) -> None:
        """Take over where probes may go: everybody's policy, and those of some providers."""
        self._base = replace(self._base, policy=everybody)
        self._means = {
            provider_id: replace(self._base, policy=policy)
            for provider_id, policy in policies.items()
        }

    async def ask(
        self, question: Question, *, provider_id: int, agent_id: int | None = None
    ) -> ProbeResult:
        """Ask, and return a result whatever happens: what is no answer is unknown."""
        began = monotonic()
        try:
            async with asyncio.timeout(question.deadline.total_seconds() + GRACE_SECONDS):
                if agent_id is not None:
                    return await self._hub.ask(agent_id, question)
                return await ask(question, self._means.get(provider_id, self._base))
        except Exception as error:
            words = _in_words(error)
            if words == OUR_FAULT:
                log.exception("runner.probe_failed kind=%s", question.kind.value)
            return ProbeResult(Outcome.UNKNOWN, timedelta(seconds=monotonic() - began), words)


def door_of(question: Question, agent_id: int | None) -> str:
    """Return whose turn it is, for the limits: one port of one host, where an agent sees it."""
    place = f"{question.host}:{question.port}"
    if question.kind is ProbeKind.WEB:
        with suppress(ValueError):
            place = urlsplit(question.host).netloc
    return f"{agent_id or ''}/{place}"


def _in_words(error: Exception) -> str:
    if isinstance(error, AgentAway):
        return "The agent at the site is not connected."
    if isinstance(error, EgressRefused):
        return str(error)
    if isinstance(error, socket.gaierror):
        return "The name has no address at the moment."
    if isinstance(error, ValueError):
        return str(error)
    return OUR_FAULT
