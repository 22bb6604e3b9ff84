"""Asterisk's manager interface behind SSH: phones, trunks, calls, voicemail and firmware.

The interface stays on the loopback of the phone system: we sign in over SSH and reach it from
there. A login with the rights `system` and `reporting` is enough, and only lists are asked for.
"""

from __future__ import annotations

from datetime import timedelta

import asyncssh

from monitoring.probes.digest import Login
from monitoring.probes.egress import Pinned
from monitoring.probes.facts import Fact, Value
from monitoring.probes.manager_facts import LISTS, pbx_facts
from monitoring.probes.manager_messages import (
    LARGEST_MESSAGE,
    MESSAGE_END,
    Message,
    answer_to_challenge,
    manager_request,
    read_message,
)
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.ssh import ssh_session
from monitoring.probes.ssh_login import SshLogin
from monitoring.probes.timing import NotWell, Stopwatch, within

MANAGER_PORT = 5038
LOOPBACK = "127.0.0.1"
GREETING = b"Asterisk Call Manager/"
LARGEST_TALK = 8 * 1024 * 1024
NO_MANAGER = "What answered behind SSH is no manager interface"
REFUSED = "The phone system refused the manager login"


async def probe_pbx(
    target: Pinned,
    deadline: timedelta,
    ssh: SshLogin,
    manager: Login,
    port: int = MANAGER_PORT,
) -> ProbeResult:
    """Ask a phone system what is registered. A login that is refused is degraded, not dead.

    What the login may not read is a fact that is missing. Never raises for what the other side
    does; ValueError for a name or a password that the interface cannot take.
    """
    watch = Stopwatch()
    facts = await within(deadline, _told(target, ssh, manager, port), watch)
    if isinstance(facts, ProbeResult):
        return facts
    return ProbeResult(Outcome.ALIVE, watch.took, _words(facts), facts)


class ManagerSession:
    """One conversation with the manager interface."""

    def __init__(
        self, reader: asyncssh.SSHReader[bytes], writer: asyncssh.SSHWriter[bytes]
    ) -> None:
        self._reader, self._writer = reader, writer
        self._unread = b""
        self._asked = 0
        self._heard = 0
        self.booted: Message = {}

    async def sign_in(self, login: Login) -> None:
        """Prove that we know the secret. NotWell, degraded, when it is refused."""
        greeting = await self._until(b"\r\n")
        if not greeting.startswith(GREETING):
            raise NotWell(NO_MANAGER)
        asked = await self.ask("Challenge", AuthType="MD5")
        key = answer_to_challenge(asked.get("Challenge", ""), login.password)
        # One event tells how long it has been running; the rest is not wanted.
        accepted = await self.ask(
            "Login", AuthType="MD5", Username=login.username, Key=key, Events="system"
        )
        if accepted.get("Response") != "Success":
            raise NotWell(REFUSED, Outcome.DEGRADED)

    async def ask(self, action: str, **fields: str) -> Message:
        """Return the answer to an action."""
        number = self._send(action, fields)
        while "Response" not in (message := await self._next()) or not _is_about(message, number):
            self._overhear(message)
        return message

    async def list_of(self, action: str, event: str) -> list[Message] | None:
        """Return the rows of a list that are `event`; None when the login may not read it."""
        answer = await self.ask(action)
        if answer.get("Response") != "Success":
            return None if "permission" in answer.get("Message", "").lower() else []
        rows: list[Message] = []
        if answer.get("EventList", "").lower() != "start":
            return rows
        while (row := await self._next()).get("EventList", "").lower() != "complete":
            if _is_about(row, self._asked) and row.get("Event") == event:
                rows.append(row)
            self._overhear(row)
        return rows

    def _send(self, action: str, fields: dict[str, str]) -> int:
        self._asked += 1
        self._writer.write(manager_request(action, {**fields, "ActionID": str(self._asked)}))
        return self._asked

    def _overhear(self, message: Message) -> None:
        if message.get("Event") == "FullyBooted":
            self.booted = message

    async def _next(self) -> Message:
        return read_message(await self._until(MESSAGE_END))

    async def _until(self, end: bytes) -> bytes:
        while end not in self._unread:
            if len(self._unread) > LARGEST_MESSAGE:
                raise NotWell(NO_MANAGER)
            if not (more := await self._reader.read(LARGEST_MESSAGE)):
                raise EOFError
            self._heard += len(more)
            if self._heard > LARGEST_TALK:
                raise NotWell("The phone system talks without end")
            self._unread += more
        block, _, self._unread = self._unread.partition(end)
        return block


async def _told(target: Pinned, ssh: SshLogin, manager: Login, port: int) -> dict[str, Value]:
    async with ssh_session(target, ssh) as session:
        try:
            reader, writer = await session.open_connection(LOOPBACK, port)
        except asyncssh.ChannelOpenError as error:
            raise NotWell("The phone system behind SSH does not answer") from error
        talk = ManagerSession(reader, writer)
        await talk.sign_in(manager)
        core = await talk.ask("CoreSettings"), await talk.ask("CoreStatus")
        lists = {name: await talk.list_of(name, event) for name, event in LISTS.items()}
        return pbx_facts(talk.booted, core, lists)


def _is_about(message: Message, number: int) -> bool:
    return message.get("ActionID") == str(number)


def _words(facts: dict[str, Value]) -> str:
    said = []
    if Fact.PHONES_PROVISIONED in facts:
        counts = f"{facts[Fact.PHONES_REGISTERED]} of {facts[Fact.PHONES_PROVISIONED]}"
        said.append(f"{counts} phones are registered")
    if isinstance(trunks := facts.get(Fact.TRUNKS), int):
        down = facts[Fact.TRUNKS_DOWN]
        said.append(f"{down} of {trunks} trunks are down" if down else f"{trunks} trunks are up")
    return "The phone system answers" + (f": {', '.join(said)}" if said else "")
