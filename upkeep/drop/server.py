"""The drop's SSH server: who may come in, and how many at once."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from datetime import timedelta
from typing import Final

import asyncssh

from accounts.tokens import hashed, is_secret
from upkeep.drop.keys import host_keys
from upkeep.drop.session import DropSession
from upkeep.drop.taking import Account, Taker

log = logging.getLogger(__name__)

SIGN_IN: Final = timedelta(seconds=30)
# A system whose network went away is noticed after three silences.
KEEPALIVE: Final = timedelta(seconds=20)
MOST_LINES: Final = 200
MOST_LINES_OF_AN_ADDRESS: Final = 20
MOST_SESSIONS_OF_A_LINE: Final = 4
WINDOW: Final = 2 * 1024 * 1024
STOPPED: Final = "The portal was stopped while the file came in. Nothing of it was kept."
# Who knows no account learns it no sooner.
NOBODY: Final = hashed("")


class _Doorman(asyncssh.SSHServer):
    """Lets one line in."""

    def __init__(self, drop: DropServer) -> None:
        self._drop = drop
        self._accounts: dict[str, Account] = {}
        self._line: asyncssh.SSHServerConnection
        self._address = ""
        self.sessions: list[DropSession] = []

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Count the line, or cut it; asyncssh calls this."""
        self._line = conn
        self._address = str(conn.get_extra_info("peername", ("",))[0])
        if not self._drop.came(self, self._address):
            log.warning("drop.too_many address=%s", self._address)
            conn.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the line; asyncssh calls this."""
        self._drop.left(self, self._address)

    async def begin_auth(self, username: str) -> bool:
        """Look for the account; asyncssh calls this before each other name."""
        account = await asyncio.to_thread(self._drop.taker.account, username)
        if account is not None:
            self._accounts[username] = account
        return True

    def password_auth_supported(self) -> bool:
        """Say that secrets are taken."""
        return True

    def public_key_auth_supported(self) -> bool:
        """Say that keys are taken."""
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """Return whether this is the secret of the account."""
        account = self._accounts.get(username)
        is_right = is_secret(password, account.secret_hash if account else NOBODY)
        if not is_right or account is None or not account.secret_hash:
            log.warning("drop.refused address=%s", self._address)
            return False
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Return whether this key may sign in; asyncssh has it proven."""
        account = self._accounts.get(username)
        return account is not None and key.get_fingerprint() in account.keys

    async def stop(self) -> None:
        """End the line once its sessions have answered what they are at."""
        for session in self.sessions:
            session.stop(STOPPED)
        works = [session.work for session in self.sessions if session.work is not None]
        if works:
            await asyncio.wait(works)
        self._line.close()

    def session_requested(self) -> DropSession | bool:
        """Open a session for who has signed in."""
        account = self._accounts.get(str(self._line.get_extra_info("username")))
        if account is None or len(self.sessions) >= MOST_SESSIONS_OF_A_LINE:
            return False
        session = DropSession(account, self._drop.taker)
        self.sessions.append(session)
        return session


class DropServer:
    """Make it, `open` it, and `close` it."""

    def __init__(self, taker: Taker) -> None:
        self.taker = taker
        self._lines: set[_Doorman] = set()
        self._addresses: Counter[str] = Counter()
        self._acceptor: asyncssh.SSHAcceptor | None = None

    @property
    def port(self) -> int:
        """Return the port where systems come in. It is open."""
        if self._acceptor is None:
            raise LookupError("The drop is not open.")
        return int(self._acceptor.get_port())

    async def open(self, host: str, port: int) -> None:
        """Listen. Raises OSError where the port is taken."""
        self._acceptor = await asyncssh.listen(
            host,
            port,
            config=None,
            server_factory=lambda: _Doorman(self),
            server_host_keys=await asyncio.to_thread(host_keys),
            server_version="CalComDrop",
            encoding=None,
            window=WINDOW,
            allow_pty=False,
            line_editor=False,
            allow_scp=False,
            agent_forwarding=False,
            x11_forwarding=False,
            kbdint_auth=False,
            gss_host=None,
            # A few bytes of a stranger could unfold to very many in here.
            compression_algs=["none"],
            login_timeout=SIGN_IN.total_seconds(),
            keepalive_interval=KEEPALIVE.total_seconds(),
            keepalive_count_max=3,
        )
        log.info("drop.open host=%s port=%s", host, self.port)

    async def close(self) -> None:
        """Take nobody in any more, and end what comes in."""
        if self._acceptor is None:
            return
        self._acceptor.close()
        for line in list(self._lines):
            await line.stop()

    def came(self, line: _Doorman, address: str) -> bool:
        """Count a line; return whether there is room for it."""
        self._lines.add(line)
        self._addresses[address] += 1
        return (
            len(self._lines) <= MOST_LINES and self._addresses[address] <= MOST_LINES_OF_AN_ADDRESS
        )

    def left(self, line: _Doorman, address: str) -> None:
        """Forget a line."""
        if line in self._lines:
            self._lines.discard(line)
            self._addresses[address] -= 1
            self._addresses += Counter()
