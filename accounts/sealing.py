"""Secrets that lie in the database sealed: AES-256-GCM (NIST SP 800-38D).

A sealed text is `k1.<key id>.<nonce and ciphertext, URL-safe base64>`. The key is derived from
SECRET_KEY with HKDF-SHA256 (RFC 5869); its id tells which of SECRET_KEY and SECRET_KEY_FALLBACKS
made it, so that the secret key can be changed without losing what was sealed before.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from calcom_portal.common.errors import RuleBroken

FORMAT = "k1"
NONCE_BYTES = 12
PURPOSE = b"calcom portal: secrets at rest"


def seal(text: str, place: str) -> str:
    """Encrypt a text for one place, such as a table: it opens nowhere else."""
    key = _key(settings.SECRET_KEY)
    nonce = os.urandom(NONCE_BYTES)
    sealed = nonce + AESGCM(key).encrypt(nonce, text.encode(), place.encode())
    return f"{FORMAT}.{_key_id(key)}.{base64.urlsafe_b64encode(sealed).decode()}"


def unseal(sealed: str, place: str) -> str:
    """Return the text. Raises RuleBroken for what this portal did not seal for this place.

    A text that was never sealed is refused too: whoever can write to the database must not be able
    to plant a secret of their own.
    """
    try:
        made_by, key_id, body = sealed.split(".")
        key = _keys()[key_id]
        data = base64.urlsafe_b64decode(body)
        if made_by != FORMAT:
            raise ValueError(made_by)
        plain = AESGCM(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], place.encode())
        return plain.decode()
    except (ValueError, KeyError, InvalidTag, binascii.Error) as error:
        raise RuleBroken(
            "The second step of this account cannot be checked: its secret was sealed with a key"
            " that this portal no longer has.",
            remedy="Ask whoever runs the portal to reset the second step of your account.",
        ) from error


def _keys() -> dict[str, bytes]:
    keys = [_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return {_key_id(key): key for key in keys}


@lru_cache(maxsize=8)
def _key(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())


def _key_id(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:8]
