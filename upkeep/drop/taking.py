"""What the drop needs of whoever keeps the files: an account, and a way in for each file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Account:
    """Who may put files: one system.

    `keys` are fingerprints (`SHA256:…`) of the public keys that sign in as `name`; `secret_hash` is
    the SHA-256 of its secret. A file may have `limit` bytes.
    """

    name: str
    provider_id: int
    plan_id: int
    secret_hash: str
    keys: frozenset[str]
    limit: int


class Refused(Exception):
    """The file is not taken; the text says why, for whoever reads the system's log."""


class Incoming(Protocol):
    """A file that comes in. Every call runs on a thread and may take its time."""

    def write(self, data: bytes) -> None:
        """Take more bytes. Raises Refused."""

    def finish(self) -> None:
        """Keep it: the sender has closed it. Raises Refused when it is not what it should be."""

    def abandon(self, why: str) -> None:
        """Keep nothing of it."""


class Taker(Protocol):
    """Knows accounts and takes files. Every call runs on a thread."""

    def account(self, name: str) -> Account | None:
        """Return the account of this name, None where there is none that may put files now."""

    def begin(self, account: Account, file_name: str) -> Incoming:
        """Take a file in. Raises Refused."""
