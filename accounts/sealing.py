"""Secrets that lie in the database sealed: AES-256-GCM (NIST SP 800-38D).

A sealed text is `k1.<key id>.<nonce and ciphertext, URL-safe base64>`. The key is derived from
SECRET_KEY with HKDF-SHA256 (RFC 5869); its id tells which of SECRET_KEY and SECRET_KEY_FALLBACKS
made it, so that the secret key can be changed without losing what was sealed before: `reseal`
brings a text to the present key. The place that a text was sealed for is authenticated with it
(AAD), so that a sealed text which is moved to another row or tenant opens no longer.
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


class SealBroken(RuleBroken):
    """What is stored was not sealed here, not for this place, or with a key that is gone."""

    code = "seal-broken"
    title = "A secret cannot be opened"

    def __init__(self) -> None:
        super().__init__(
            "A secret cannot be opened: it was sealed with a key that this portal no longer has,"
            " or for another place.",
            remedy="Put the former key among SECRET_KEY_FALLBACKS, or write the secret anew.",
        )


def place_of_row(table: str, provider_id: int, row_id: int) -> str:
    """Return the place that belongs to one row of one provider only."""
    return f"{table}/{provider_id}/{row_id}"


def seal(text: str, place: str) -> str:
    """Encrypt a text for one place, a table or a row: it opens nowhere else."""
    key = _key(settings.SECRET_KEY)
    nonce = os.urandom(NONCE_BYTES)
    sealed = nonce + AESGCM(key).encrypt(nonce, text.encode(), place.encode())
    return f"{FORMAT}.{_key_id(key)}.{base64.urlsafe_b64encode(sealed).decode()}"


def unseal(sealed: str, place: str) -> str:
    """Return the text. Raises SealBroken for what this portal did not seal for this place.

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
        raise SealBroken from error


def reseal(sealed: str, place: str) -> str:
    """Return the text sealed with the present key; as it is when it is already.

    Raises SealBroken like `unseal`, for what has the present key too: a rotation finds what is
    spoilt.
    """
    text = unseal(sealed, place)
    return sealed if key_id_of(sealed) == present_key_id() else seal(text, place)


def key_id_of(sealed: str) -> str:
    """Return the id of the key that sealed a text; "" for what was never sealed."""
    parts = sealed.split(".")
    return parts[1] if len(parts) == 3 and parts[0] == FORMAT else ""


def present_key_id() -> str:
    """Return the id of the key that seals now."""
    return _key_id(_key(settings.SECRET_KEY))


def _keys() -> dict[str, bytes]:
    keys = [_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return {_key_id(key): key for key in keys}


@lru_cache(maxsize=8)
def _key(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())


def _key_id(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:8]
