"""The signed document of a backup: what it holds, how it was taken, and what came before it.

The document is canonical JSON. The signature (Ed25519) covers the text of its `manifest` member;
`previous` in it is the SHA-256 of the same system's document before, so that a document which is
taken away or put in between is missed by the next one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from calcom_portal.common.chain import GENESIS, canonical
from upkeep.store.keys import signer_id

FORMAT = "calcom-backup-1"


@dataclass(frozen=True, slots=True)
class Signed:
    """A document, and the digest by which the next one refers to it."""

    text: str
    digest: str


def signed(manifest: Mapping[str, Any], previous: str, key: Ed25519PrivateKey) -> Signed:
    """Sign a manifest that follows `previous` ("" for a system's first)."""
    body = {**manifest, "format": FORMAT, "previous": previous or GENESIS}
    signature = key.sign(canonical(body).encode())
    document = {
        "manifest": body,
        "signature": {
            "key": signer_id(key.public_key()),
            "value": base64.b64encode(signature).decode(),
        },
    }
    text = canonical(document)
    return Signed(text, digest_of(text))


def digest_of(text: str) -> str:
    """Return the SHA-256 of a document."""
    return hashlib.sha256(text.encode()).hexdigest()


def manifest_in(text: str) -> dict[str, Any]:
    """Return the manifest of a document, unverified."""
    manifest: dict[str, Any] = json.loads(text)["manifest"]
    return manifest


@dataclass(frozen=True, slots=True)
class Kept:
    """A document as it lies in the database."""

    name: str
    text: str
    digest: str
    previous: str


def first_fault(chain: Iterable[Kept], signers: Mapping[str, Ed25519PublicKey]) -> str:
    """Walk a system's documents, oldest first; return where they do not hold, or "".

    A document of a key that is known no longer is held by the next ones: the last has to be signed
    by a known key.
    """
    previous, is_proven, last = GENESIS, True, ""
    for kept in chain:
        fault, is_proven = _fault_of(kept, previous, signers)
        if fault:
            return f"{kept.name}: {fault}"
        previous, last = kept.digest, kept.name
    return "" if is_proven else f"{last}: its key is not known, and nothing follows it"


def _fault_of(
    kept: Kept, previous: str, signers: Mapping[str, Ed25519PublicKey]
) -> tuple[str, bool]:
    if digest_of(kept.text) != kept.digest:
        return "the document was changed after it was signed", False
    document = json.loads(kept.text)
    body, signature = document["manifest"], document["signature"]
    if body.get("name") != kept.name:
        return "the document is that of another backup", False
    if body["previous"] != previous or (kept.previous or GENESIS) != previous:
        return "the document does not follow the one before it", False
    signer = signers.get(signature["key"])
    if signer is None:
        return "", False
    try:
        signer.verify(base64.b64decode(signature["value"]), canonical(body).encode())
    except (InvalidSignature, binascii.Error):
        return "the signature is not right", False
    return "", True
