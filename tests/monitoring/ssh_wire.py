"""A machine with SSH on loopback: it lets one user in, runs nothing, and prints what it is told."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncssh

from monitoring.probes.egress import Pinned
from monitoring.probes.ssh_login import SshLogin
from tests.monitoring.wire import at

USER, PASSWORD = "monitor", "s3cret"
HOST_KEY = asyncssh.generate_private_key("ssh-ed25519")
USER_KEY = asyncssh.generate_private_key("ssh-ed25519")
LOGIN = SshLogin(USER, PASSWORD, host_key=HOST_KEY.get_fingerprint())

Prints = Callable[[str], bytes]


@dataclass
class Machine:
    """Where it is, and what it saw: who tried to sign in with what, and which commands.

    `leads_to` is the port of loopback that every tunnel ends at (0: none is open).
    """

    target: Pinned
    leads_to: int = 0
    tried: list[str] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)


class Server(asyncssh.SSHServer):
    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.connection = conn

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        self.machine.tried.append(password)
        return (username, password) == (USER, PASSWORD)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        self.machine.tried.append(key.get_fingerprint())
        return username == USER and key == USER_KEY.convert_to_public()

    async def connection_requested(  # type: ignore[override]
        self, dest_host: str, dest_port: int, orig_host: str, orig_port: int
    ) -> asyncssh.SSHForwarder:
        if not self.machine.leads_to or dest_host != "127.0.0.1":
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_CONNECT_FAILED, "refused")
        return await self.connection.forward_connection("127.0.0.1", self.machine.leads_to)


@asynccontextmanager
async def ssh_machine(
    prints: Mapping[str, bytes] | Prints = lambda line: b"",
    *,
    leads_to: int = 0,
    hangs: bool = False,
) -> AsyncIterator[Machine]:
    """Run one; commands print what `prints` says, or never end when it `hangs`."""
    machine = Machine(at(0), leads_to)
    answer = prints if callable(prints) else lambda line: prints.get(line, b"")

    async def run(process: asyncssh.SSHServerProcess[bytes]) -> None:
        machine.ran.append(process.command or "")
        if hangs:
            await process.stdin.channel.wait_closed()
        process.stdout.write(answer(process.command or ""))
        process.exit(0)

    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_factory=lambda: Server(machine),
        server_host_keys=[HOST_KEY],
        process_factory=run,
        encoding=None,
    )
    machine.target = at(server.get_port())
    try:
        yield machine
    finally:
        server.close()
