"""The keys of backups.

Every object is encrypted (age, X25519) to the key of its customer and to the break-glass keys.
A customer's private key lies encrypted to the key of the vault, with the tenant's ids inside, so
that it is refused in any other row. Manifests are signed (Ed25519) with a key that is derived from
SECRET_KEY (HKDF-SHA256, RFC 5869).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from functools import lru_cache

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from upkeep.store.errors import NoVaultKey

SIGNING = b"calcom portal: manifests of backups"
EQUAL_PARTS = b"calcom portal: equal parts of backups"


@dataclass(frozen=True, slots=True)
class Place:
    """Whose a key is."""

    provider_id: int
    customer_id: int


@dataclass(frozen=True, slots=True)
class NewPair:
    """A customer's new key pair: the public half, and the private one for the vault only."""

    recipient: str
    sealed_identity: str


def new_pair(place: Place) -> NewPair:
    """Make the key pair of a customer. Raises NoVaultKey."""
    identity = pyrage.x25519.Identity.generate()
    return NewPair(str(identity.to_public()), _sealed(str(identity), place))


def sealed_anew(sealed: str, place: Place) -> str:
    """Return a customer's private key, sealed for the present key of the vault.

    As it is when it is already. In the vault only. Raises NoVaultKey like `open_identity`.
    """
    identity = open_identity(sealed, place)
    return sealed if _inside(sealed, settings.VAULT_IDENTITY) else _sealed(identity, place)


def _sealed(identity: str, place: Place) -> str:
    inside = {"provider": place.provider_id, "customer": place.customer_id}
    text = json.dumps(inside | {"identity": identity}).encode()
    sealed = pyrage.encrypt(text, [pyrage.x25519.Recipient.from_str(vault_recipient())])
    return base64.b64encode(sealed).decode()


def _inside(sealed: str, *identities: str) -> bytes | None:
    """Return what is inside; None when none of these keys opens it."""
    keys = [pyrage.x25519.Identity.from_str(one) for one in identities]
    try:
        return bytes(pyrage.decrypt(base64.b64decode(sealed), keys))
    except (pyrage.DecryptError, ValueError):
        return None


def open_identity(sealed: str, place: Place) -> str:
    """Return a customer's private key: in the vault only.

    Raises NoVaultKey in any other process, and for what was sealed for another key or customer.
    """
    if not settings.VAULT_IDENTITY:
        raise NoVaultKey(
            "This process does not hold the key of the vault.",
            remedy="Let the process `vault` do it: VAULT_IDENTITY belongs to that one alone.",
        )
    text = _inside(sealed, settings.VAULT_IDENTITY, *settings.FORMER_VAULT_IDENTITIES)
    if text is None:
        raise NoVaultKey(
            "The key of a customer does not open with the key of this vault.",
            remedy=(
                "Give the vault its former key (FORMER_VAULT_IDENTITIES), or use a break-glass key."
            ),
        )
    inside = json.loads(text)
    if (inside["provider"], inside["customer"]) != (place.provider_id, place.customer_id):
        raise NoVaultKey(
            "The key of a customer lies in the row of another one.",
            remedy="Somebody changed the database: compare it with a backup from before.",
        )
    return str(inside["identity"])


def vault_recipient() -> str:
    """Return the public half of the vault's key. Raises NoVaultKey."""
    if not settings.VAULT_RECIPIENT:
        raise NoVaultKey(
            "The portal was given no key for backups.",
            remedy="Make the keys with `python -m calcom_portal.age_keys` and set VAULT_RECIPIENT.",
        )
    return str(settings.VAULT_RECIPIENT)


def refuse_unequal_halves() -> None:
    """Raise NoVaultKey unless this process holds the private half of the vault's key."""
    identity = settings.VAULT_IDENTITY
    if not identity or (
        str(pyrage.x25519.Identity.from_str(identity).to_public()) != vault_recipient()
    ):
        raise NoVaultKey(
            "VAULT_IDENTITY is not the private half of VAULT_RECIPIENT.",
            remedy="Set both of one pair, and run this in the process `vault`.",
        )


def recipients_with(customer_recipient: str) -> list[str]:
    """Return the keys that a customer's backups are encrypted to."""
    return [customer_recipient, *settings.BREAK_GLASS_RECIPIENTS]


def mac_of_plain(plain_sha256: str, place: Place) -> str:
    """Return by what equal parts of one customer, and of that one only, are told."""
    info = EQUAL_PARTS + f"/{place.provider_id}/{place.customer_id}".encode()
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(
        settings.SECRET_KEY.encode()
    )
    return hmac.new(key, plain_sha256.encode(), "sha256").hexdigest()


def signing_key() -> Ed25519PrivateKey:
    """Return the key that manifests are signed with now."""
    return _signing_key(settings.SECRET_KEY)


def known_signers() -> dict[str, Ed25519PublicKey]:
    """Return the keys whose signatures count, the former ones too, by their ids."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    keys = [_signing_key(secret).public_key() for secret in secrets]
    return {signer_id(key): key for key in keys}


def signer_id(key: Ed25519PublicKey) -> str:
    """Return by what a key is told from others: the start of its SHA-256."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


@lru_cache(maxsize=8)
def _signing_key(secret: str) -> Ed25519PrivateKey:
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=SIGNING).derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(seed)
