"""Private keys for tests, made anew in every run."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)


def openssh_key() -> str:
    """Return a private key as `ssh-keygen` writes it."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()


def protected_key() -> str:
    """Return a private key that needs a passphrase."""
    key = Ed25519PrivateKey.generate()
    lock = BestAvailableEncryption(b"open sesame")
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock).decode()
