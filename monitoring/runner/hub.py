"""The hub: site agents dial in over TCP, and the runner has them ask equipment at their sites.

It is SSH turned round (RFC 4251 to 4254): the agent dials, and is the server; the hub signs in to
it with the hub's key, and knows it by the host key that it gave when it was enrolled. One channel
is one question. An agent offers no shell, no files and no tunnels, and asks nobody but what its own
list allows.
"""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress
from datetime import timedelta
from typing import Any

import asyncssh

from monitoring.agent_keys import hub_keys, hub_public_keys
from monitoring.probes.kinds import Question
from monitoring.probes.results import ProbeResult
from monitoring.probes.wire_form import NotUnderstood, from_wire, to_wire
from monitoring.runner import known_agents
from monitoring.runner.askers import AgentAway
from monitoring.runner.outbox import storable
from monitoring.runner.thread import DatabaseAway, DatabaseThread

log = logging.getLogger(__name__)

USERNAME = "hub"
SIGN_IN_SECONDS = 15
# An agent whose network went away is noticed after two silences.
KEEPALIVE = timedelta(seconds=15)
LARGEST_ANSWER = 256 * 1024
NOBODY = asyncssh.import_known_hosts("")


class AgentAnswer(Exception):
    """What an agent answered is no answer; the text says what is wrong with it."""


class _Doorman(asyncssh.SSHClient):
    """Lets in whoever shows the key of an agent that was enrolled and not revoked."""

    def __init__(self, hub: AgentHub) -> None:
        self.hub = hub
        self.agent_id: int | None = None

    def validate_host_public_key(
        self, host: str, addr: str, port: int, key: asyncssh.SSHKey
    ) -> bool:
        """Return whether this is an agent's key; asyncssh calls this, again for each new key."""
        found = self.hub.known.get(key.get_fingerprint())
        if found is None:
            log.warning("hub.stranger address=%s fingerprint=%s", addr, key.get_fingerprint())
            return False
        # Asked before the key is proven: who came in must not become somebody else by naming it.
        if self.agent_id not in (None, found):
            log.warning("hub.other_key address=%s agent=%s", addr, self.agent_id)
            return False
        self.agent_id = found
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget who is gone; asyncssh calls this."""
        if self.agent_id is not None:
            self.hub.left(self.agent_id, self)


class AgentHub:
    """Make it, `open` it with the runner's database thread, and `ask`."""

    def __init__(self, host: str, port: int) -> None:
        self._place = (host, port)
        self._lines: dict[int, tuple[_Doorman, asyncssh.SSHClientConnection]] = {}
        self._acceptor: Any = None
        self._database: DatabaseThread | None = None
        self.known: dict[str, int] = {}

    @property
    def port(self) -> int:
        """Return the port where agents come in."""
        return int(self._acceptor.sockets[0].getsockname()[1])

    @property
    def connected(self) -> set[int]:
        """Return which agents are here."""
        return set(self._lines)

    async def open(self, database: DatabaseThread) -> None:
        """Listen. Raises OSError where the port is taken."""
        self._database = database
        await self.refresh()
        self._acceptor = await asyncssh.listen_reverse(
            *self._place,
            config=None,
            username=USERNAME,
            client_keys=[asyncssh.import_private_key(key) for key in hub_keys()],
            agent_path=None,
            gss_host=None,
            known_hosts=NOBODY,
            client_factory=lambda: _Doorman(self),
            # A few bytes of an agent could unfold to very many in here.
            compression_algs=["none"],
            login_timeout=SIGN_IN_SECONDS,
            keepalive_interval=KEEPALIVE.total_seconds(),
            keepalive_count_max=2,
            acceptor=self._came,
        )

    async def close(self) -> None:
        """Hang up."""
        if self._acceptor is not None:
            self._acceptor.close()
        for _, line in list(self._lines.values()):
            line.abort()

    async def refresh(self) -> None:
        """Read who may come in, hang up on who may not any more, and note who is here."""
        if self._database is None:
            return
        with suppress(DatabaseAway):
            self.known = await self._database.call(known_agents.fingerprints)
            for agent_id in self.connected - set(self.known.values()):
                self._lines[agent_id][1].abort()
            await self._database.call(known_agents.note_seen, sorted(self.connected))

    async def ask(self, agent_id: int, question: Question) -> ProbeResult:
        """Have an agent ask. Raises AgentAway, and AgentAnswer for what is no answer."""
        line = self._lines.get(agent_id)
        if line is None:
            raise AgentAway
        try:
            return from_wire(ProbeResult, await _said(line[1], "ask", to_wire(question)))
        except (asyncssh.Error, OSError, EOFError) as error:
            raise AgentAway from error
        except NotUnderstood as error:
            raise AgentAnswer(str(error)) from error

    def left(self, agent_id: int, doorman: _Doorman) -> None:
        """Forget an agent, unless it has come in again meanwhile."""
        if agent_id in self._lines and self._lines[agent_id][0] is doorman:
            del self._lines[agent_id]
            log.info("hub.left agent=%s", agent_id)

    async def _came(self, line: Any) -> None:
        doorman: _Doorman = line.get_owner()
        if doorman.agent_id is None:
            return
        former = self._lines.get(doorman.agent_id)
        self._lines[doorman.agent_id] = (doorman, line)
        if former is not None:
            # It came in by another way: the former line is dead, or soon will be.
            former[1].abort()
        log.info("hub.came agent=%s", doorman.agent_id)
        try:
            async with asyncio.timeout(SIGN_IN_SECONDS):
                hello = await _said(line, "hello", {"hub_keys": hub_public_keys()})
            version = storable(str(hello.get("version", "")))
        except (asyncssh.Error, OSError, EOFError, NotUnderstood, AttributeError):
            line.abort()
            return
        if self._database is not None:
            await self._database.insist(known_agents.note_came, doorman.agent_id, version)


async def _said(line: asyncssh.SSHClientConnection, word: str, told: Any) -> Any:
    process = await line.create_process(word, encoding=None, window=LARGEST_ANSWER)
    try:
        process.stdin.write(json.dumps(told).encode())
        process.stdin.write_eof()
        said = b""
        while more := await process.stdout.read(8192):
            said += more
            if len(said) > LARGEST_ANSWER:
                raise NotUnderstood("The answer is too long")
    finally:
        process.close()
    if not said:
        raise EOFError("The line went before an answer")
    try:
        return json.loads(said)
    except (ValueError, RecursionError) as error:
        raise NotUnderstood("The answer is no JSON") from error
