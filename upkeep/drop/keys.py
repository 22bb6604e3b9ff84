"""The keys by which systems know the drop: made once, and told to whoever sets a system up.

An RSA key stands beside the Ed25519 one, because older phone systems know no other.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import asyncssh
from django.conf import settings

KINDS = ("ssh-ed25519", "ssh-rsa")
RSA_BITS = 3072


def host_keys() -> list[asyncssh.SSHKey]:
    """Return the private keys, making what is missing."""
    return [_kept(kind) for kind in KINDS]


def host_fingerprints() -> dict[str, str]:
    """Return the fingerprints by the kinds of the keys; nothing before the drop first ran."""
    found = {}
    for kind in KINDS:
        with suppress(OSError, asyncssh.KeyImportError):
            key = asyncssh.read_public_key(f"{_place(kind)}.pub")
            found[kind] = key.get_fingerprint()
    return found


def _place(kind: str) -> Path:
    return Path(settings.DROP_KEYS_DIR) / kind


def _kept(kind: str) -> asyncssh.SSHKey:
    place = _place(kind)
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
