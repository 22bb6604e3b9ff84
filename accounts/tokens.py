"""Secrets that are handed out once: only their SHA-256 is kept.

They are random and long, so a fast hash is enough: nothing can be guessed from it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FreshKey:
    """A new API key. `token` is what the caller sends, and is never seen again."""

    prefix: str
    secret: str

    @property
    def token(self) -> str:
        """Return the text after "Bearer"."""
        return f"{self.prefix}.{self.secret}"

    @property
    def secret_hash(self) -> str:
        """Return what is stored."""
        return hashed(self.secret)


def fresh_key() -> FreshKey:
    """Return a key that nobody has: 12 hexadecimal digits to find it by, 256 random bits."""
    return FreshKey(secrets.token_hex(6), secrets.token_urlsafe(32))


def hashed(secret: str) -> str:
    """Return the SHA-256 of a secret, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_secret(secret: str, secret_hash: str) -> bool:
    """Compare in a time that tells nothing."""
    return hmac.compare_digest(hashed(secret), secret_hash)
