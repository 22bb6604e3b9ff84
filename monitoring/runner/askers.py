"""Who asks: this process itself within a provider's policy, or the agent at a site."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from time import monotonic
from typing import Protocol
from urllib.parse import urlsplit

from monitoring.probes.egress import EgressPolicy, EgressRefused
from monitoring.probes.kinds import Means, ProbeKind, Question, ask
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.sip_wire import SipSocket
from monitoring.runner.names import Names, NamesAway
from monitoring.runner.thread import DatabaseThread

log = logging.getLogger(__name__)

Asker = Callable[[Question], Awaitable[ProbeResult]]

# For the name, which is looked up before the deadline of a probe begins. A probe keeps that itself;
# this one is for a probe that does not.
GRACE_SECONDS = 3.0
NO_END = "This could not be asked within the time that it has: it was given up."
NO_NAMES = "No name server answers about it at the moment."
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


class Askers:
    """Finds who asks for a provider or an agent, and never lets an error out."""

    def __init__(self, sip: SipSocket, hub: Hub, names: Names | None = None) -> None:
        self._sip, self._hub = sip, hub
        self._names = names or Names()
        self._everybody = EgressPolicy()
        self._policies: Mapping[int, EgressPolicy] = {}
        self._means: dict[int, Means] = {}

    def allow(self, everybody: EgressPolicy, policies: Mapping[int, EgressPolicy]) -> None:
        """Take over where probes may go: everybody's policy, and those of some providers."""
        self._everybody, self._policies, self._means = everybody, policies, {}

    def _means_of(self, provider_id: int) -> Means:
        if provider_id not in self._means:
            policy = self._policies.get(provider_id, self._everybody)
            self._means[provider_id] = Means(self._sip, policy, self._names.of(provider_id))
        return self._means[provider_id]

    async def ask(
        self, question: Question, *, provider_id: int, agent_id: int | None = None
    ) -> ProbeResult:
        """Ask, and return a result whatever happens: what is no answer is unknown."""
        began = monotonic()
        try:
            async with asyncio.timeout(question.deadline.total_seconds() + GRACE_SECONDS):
                if agent_id is not None:
                    return await self._hub.ask(agent_id, question)
                return await ask(question, self._means_of(provider_id))
        except Exception as error:
            words = _in_words(error)
            if words == NO_END:
                log.warning("runner.probe_given_up kind=%s", question.kind.value)
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
    if isinstance(error, NamesAway):
        return NO_NAMES
    if isinstance(error, TimeoutError):
        return NO_END
    if isinstance(error, socket.gaierror):
        return "The name has no address at the moment."
    if isinstance(error, ValueError):
        return str(error)
    return OUR_FAULT
