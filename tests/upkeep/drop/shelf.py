"""A taker that keeps files in memory, and a drop that is open for a while."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

import asyncssh

from accounts.tokens import hashed
from upkeep.drop.server import DropServer
from upkeep.drop.taking import Account, Refused

NAME, SECRET = "pbx-9", "a secret of the tests"
LIMIT = 10 * 1024 * 1024


def fresh_key() -> asyncssh.SSHKey:
    """Return a key that nobody knows."""
    return asyncssh.generate_private_key("ssh-ed25519")


def in_a_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run a test in an event loop of its own, for half a minute at most."""

    @wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        asyncio.run(asyncio.wait_for(test(*arguments, **named), 30))

    return run


@dataclass
class Held:
    """A file in memory."""

    name: str
    shelf: Shelf
    data: bytearray = field(default_factory=bytearray)
    is_finished: bool = False
    abandoned: str = ""

    def write(self, data: bytes) -> None:
        if self.shelf.breaks_on_write:
            raise OSError(28, "No space left on device")
        self.data += data

    def finish(self) -> None:
        if self.shelf.refuses:
            raise Refused(self.shelf.refuses)
        self.is_finished = True

    def abandon(self, why: str) -> None:
        self.abandoned = why


@dataclass
class Shelf:
    """One account, and what it put."""

    key: asyncssh.SSHKey = field(default_factory=fresh_key)
    files: list[Held] = field(default_factory=list)
    refuses: str = ""
    breaks_on_write: bool = False

    def account(self, name: str) -> Account | None:
        if name != NAME:
            return None
        keys = frozenset([self.key.get_fingerprint()])
        return Account(NAME, 1, 1, hashed(SECRET), keys, LIMIT)

    def begin(self, account: Account, file_name: str) -> Held:
        held = Held(file_name, self)
        self.files.append(held)
        return held

    @property
    def kept(self) -> dict[str, bytes]:
        """Return the files that count."""
        return {held.name: bytes(held.data) for held in self.files if held.is_finished}


@asynccontextmanager
async def open_drop(shelf: Shelf) -> AsyncIterator[DropServer]:
    """Open a drop on a free port of loopback."""
    drop = DropServer(shelf)
    await drop.open("127.0.0.1", 0)
    try:
        yield drop
    finally:
        await drop.close()


def dial(drop: DropServer, **how: Any) -> Any:
    """Come in, with the secret where nothing else is said; await it, or use it in `async with`."""
    way = {"username": NAME, "password": SECRET, "client_keys": None} | how
    return asyncssh.connect(
        "127.0.0.1", drop.port, config=None, known_hosts=None, agent_path=None, **way
    )


@asynccontextmanager
async def sftp_of(shelf: Shelf) -> AsyncIterator[asyncssh.SFTPClient]:
    """Open a drop, come in, and give the files' side of the line."""
    async with open_drop(shelf) as drop, dial(drop) as line, line.start_sftp_client() as sftp:
        yield sftp
