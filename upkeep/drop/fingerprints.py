"""Public keys of SSH as people compare them, without the library of whoever speaks it."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

from django.conf import settings

# An RSA key stands beside the Ed25519 one, because older phone systems know no other.
HOST_KEY_KINDS: Final[Sequence[str]] = ("ssh-ed25519", "ssh-rsa")


def fingerprint(line: str) -> str:
    """Return `SHA256:…` of a public key as OpenSSH writes it. Raises ValueError for no key."""
    _, data = line.split()[:2]
    digest = sha256(b64decode(data, validate=True)).digest()
    return f"SHA256:{b64encode(digest).decode().rstrip('=')}"


def host_fingerprints() -> dict[str, str]:
    """Return the fingerprints of the drop by kind of key; nothing before it first ran."""
    found = {}
    for kind in HOST_KEY_KINDS:
        with suppress(OSError, ValueError):
            found[kind] = fingerprint(host_key_place(kind).with_suffix(".pub").read_text())
    return found


def host_key_place(kind: str) -> Path:
    """Return where the drop keeps its private key; the public one is beside it, as `.pub`."""
    return Path(settings.DROP_KEYS_DIR) / kind
