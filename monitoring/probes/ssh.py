"""SSH: one way in for everything that a machine tells only from inside.

The key of the machine must be the one that a person confirmed: without that nothing secret is
sent. Nothing of this machine's own SSH (agent, configuration, known hosts) is ever used.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import asyncssh

from monitoring.probes.egress import Pinned
from monitoring.probes.facts import Fact, Value, clean
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.ssh_login import SshLogin
from monitoring.probes.timing import NotWell, Stopwatch, within

LARGEST_OUTPUT = 64 * 1024
REFUSED = "The login was refused"
NOT_CONFIRMED = "Its host key has to be confirmed by a person first"
KEY_CHANGED = "Its host key is not the one that was confirmed"

# An empty one would make asyncssh read the file of whoever runs this.
NOBODY = asyncssh.import_known_hosts("")

asyncssh.set_log_level("ERROR")


class _Doorman(asyncssh.SSHClient):
    """Compares the key that the machine shows with the one that was confirmed."""

    def __init__(self, confirmed: str) -> None:
        self.confirmed = confirmed
        self.shown = ""

    def validate_host_public_key(
        self, host: str, addr: str, port: int, key: asyncssh.SSHKey
    ) -> bool:
        """Return whether this is the confirmed key; asyncssh calls this."""
        self.shown = key.get_fingerprint()
        return self.shown == self.confirmed


@asynccontextmanager
async def ssh_session(
    target: Pinned, login: SshLogin
) -> AsyncIterator[asyncssh.SSHClientConnection]:
    """Sign in, and hang up at the end.

    Raises NotWell: degraded for a login that is refused or a key that changed, unknown for a key
    that nobody confirmed; ValueError for a private key that is none.
    """
    doorman = _Doorman(login.host_key)
    keys = _private_keys(login)
    try:
        session = await asyncssh.connect(
            target.address,
            target.port,
            config=None,
            agent_path=None,
            gss_host=None,
            known_hosts=NOBODY,
            host_key_alias=target.host,
            client_factory=lambda: doorman,
            username=login.username,
            password=login.password or None,
            client_keys=keys or None,
            connect_timeout=None,
            # A few bytes of a hostile machine could unfold to very many in here.
            compression_algs=["none"],
        )
    except asyncssh.Error as error:
        raise _told_apart(error, doorman) from error
    try:
        yield session
    except asyncssh.Error as error:
        raise NotWell("The connection ended before an answer") from error
    finally:
        session.abort()


async def run(session: asyncssh.SSHClientConnection, command: str) -> str:
    """Run a command of the catalogue; return what it printed, the first 64 kB at most."""
    # Nobody waits for it to end: a command that hangs would take longer than the deadline.
    process = await session.create_process(command, encoding=None)
    process.stdin.write_eof()
    said = b""
    while len(said) < LARGEST_OUTPUT and (more := await process.stdout.read(8192)):
        said += more
    process.close()
    return said[:LARGEST_OUTPUT].decode("utf-8", errors="replace")


async def probe_host_key(target: Pinned, deadline: timedelta) -> ProbeResult:
    """Look at the key of a machine without signing in, for a person to confirm it.

    Never raises for what the other side does.
    """
    watch = Stopwatch()
    shown = await within(deadline, _shown(target), watch)
    if isinstance(shown, ProbeResult):
        return shown
    return ProbeResult(Outcome.ALIVE, watch.took, "It shows its host key", {Fact.HOST_KEY: shown})


async def _shown(target: Pinned) -> str:
    try:
        key = await asyncssh.get_server_host_key(target.address, target.port, config=None)
    except asyncssh.Error as error:
        raise NotWell("What answered is no SSH server") from error
    if key is None:
        raise NotWell("What answered is no SSH server")
    return key.get_fingerprint()


def ssh_facts(session: asyncssh.SSHClientConnection) -> dict[str, Value]:
    """Return what the machine says of its SSH server."""
    version = clean(str(session.get_extra_info("server_version", "")))
    return {Fact.SSH_SERVER: version} if version else {}


def _private_keys(login: SshLogin) -> list[asyncssh.SSHKey]:
    if not login.private_key:
        return []
    try:
        return [asyncssh.import_private_key(login.private_key, login.passphrase or None)]
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        raise ValueError("The private key cannot be read with this passphrase") from error


def _told_apart(error: asyncssh.Error, doorman: _Doorman) -> NotWell:
    facts = {Fact.HOST_KEY.value: doorman.shown} if doorman.shown else {}
    if isinstance(error, asyncssh.HostKeyNotVerifiable):
        if not doorman.confirmed:
            return NotWell(NOT_CONFIRMED, Outcome.UNKNOWN, facts)
        return NotWell(KEY_CHANGED, Outcome.DEGRADED, facts)
    if isinstance(error, asyncssh.PermissionDenied):
        return NotWell(REFUSED, Outcome.DEGRADED, facts)
    return NotWell("What answered is no SSH server")
