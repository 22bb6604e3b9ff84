"""A real SMTP server whose answers a test scripts, and a ledger of all that it took."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HANG_UP = "hang up"


@dataclass(frozen=True)
class Taken:
    """One message that the server answered 250 for."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage


@dataclass
class Sink:
    """The server's script and ledger.

    `at_recipient` and `at_data` hold answers by recipient address ("*": for everybody): a line such
    as "450 later", or HANG_UP. `delay` waits before the answer to DATA.
    """

    at_recipient: dict[str, str] = field(default_factory=dict)
    at_data: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    connections: int = 0
    taken: list[Taken] = field(default_factory=list)
    port: int = 0

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: Any
    ) -> Any:
        """Count the conversation."""
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        """Answer by the script."""
        answer = self.at_recipient.get(address, self.at_recipient.get("*", "250 OK"))
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return _say(server, answer)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Answer by the script; write into the ledger what was taken."""
        await asyncio.sleep(self.delay)
        answer = self.at_data.get(envelope.rcpt_tos[0], self.at_data.get("*", "250 OK"))
        if answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            message = email.message_from_bytes(content, policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            self.taken.append(Taken(envelope.mail_from or "", tuple(envelope.rcpt_tos), message))
        return _say(server, answer)


def _say(server: SMTP, answer: str) -> str:
    if answer == HANG_UP:
        assert server.transport is not None
        server.transport.close()
        return "421 gone"
    return answer


@contextmanager
def running_sink() -> Iterator[Sink]:
    """Run the server on a free port, in a thread of its own."""
    sink = Sink(port=_free_port())
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


def _free_port() -> int:
    # aiosmtpd connects to the port it was given, so 0 will not do.
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
