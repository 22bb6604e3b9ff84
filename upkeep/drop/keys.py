"""The keys by which systems know the drop, made once. Pages only tell their fingerprints."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import asyncssh

from upkeep.drop.fingerprints import HOST_KEY_KINDS, host_key_place

RSA_BITS = 3072


def host_keys() -> list[asyncssh.SSHKey]:
    """Return the private keys, making what is missing."""
    return [_kept(kind) for kind in HOST_KEY_KINDS]


def _kept(kind: str) -> asyncssh.SSHKey:
    place = host_key_place(kind)
    if not place.exists():
        _make(kind, place)
    return asyncssh.read_private_key(place)


def _make(kind: str, place: Path) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    size = {"key_size": RSA_BITS} if kind == "ssh-rsa" else {}
    key = asyncssh.generate_private_key(kind, comment="calcom portal drop", **size)
    draft = place.with_name(f".{place.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(key.export_private_key())
        file.flush()
        os.fsync(file.fileno())
    # Two that start at once must end with one key.
    with suppress(FileExistsError):
        os.link(draft, place)
    draft.unlink()
    asyncssh.read_private_key(place).write_public_key(f"{place}.pub")
