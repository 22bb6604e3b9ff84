"""The keys by which agents and the hub know each other: Ed25519, as OpenSSH writes them.

The hub's own key is derived from SECRET_KEY, so that it is nowhere stored and every runner has the
same; keys of SECRET_KEY_FALLBACKS stay good until the agents have learnt the new one.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_ssh_public_key,
)
from django.conf import settings

from calcom_portal.common.errors import BadInput

PURPOSE = b"calcom portal: the hub of site agents"
LONGEST_KEY = 200


def hub_keys() -> list[bytes]:
    """Return the hub's private keys in OpenSSH's form, the one in force first."""
    return [
        key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()) for key in _keys()
    ]


def hub_public_keys() -> list[str]:
    """Return the keys that an agent may let in, the one in force first."""
    return [_text(key.public_key()) for key in _keys()]


def read_public_key(told: str) -> tuple[str, str]:
    """Return an agent's public key and its fingerprint (`SHA256:…`). Raises BadInput."""
    try:
        if len(told) > LONGEST_KEY:
            raise ValueError("too long")
        key = load_ssh_public_key(told.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _no_key() from error
    if not isinstance(key, Ed25519PublicKey):
        raise _no_key()
    text = _text(key)
    digest = hashlib.sha256(base64.b64decode(text.split()[1])).digest()
    return text, f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


def _no_key() -> BadInput:
    return BadInput(
        "This is no Ed25519 public key.",
        field="public_key",
        remedy="Send the line that begins with ssh-ed25519.",
    )


def _keys() -> list[Ed25519PrivateKey]:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [Ed25519PrivateKey.from_private_bytes(_seed(secret)) for secret in secrets]


def _seed(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())


def _text(key: Ed25519PublicKey) -> str:
    return key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
