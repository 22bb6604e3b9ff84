"""The manifest of a backup: made of its rows, signed, and put beside its objects."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import pyrage

from upkeep.models import Backup, StoredObject
from upkeep.store.errors import ObjectDamaged
from upkeep.store.keys import signing_key
from upkeep.store.manifest import signed
from upkeep.store.names import MANIFEST
from upkeep.store.objects import object_store
from upkeep.store.parts import Sealed, stored_sha256


@dataclass(frozen=True, slots=True)
class Contents:
    """The parts of a backup, the object that holds each, its folder, and who can open it."""

    sealed: Sequence[Sealed]
    objects: Sequence[StoredObject]
    folder: str
    recipients: list[str]


@dataclass(frozen=True, slots=True)
class StoredManifest:
    """The copy of a manifest that lies in the store."""

    key: str
    plain_bytes: int
    stored_sha256: str
    stored_bytes: int


def sign_backup(backup: Backup, contents: Contents) -> StoredManifest:
    """Give a backup its manifest. A copy lies in the store, for the day without us.

    Raises StoreUnavailable, or ObjectDamaged where the store gives back other bytes.
    """
    document = signed(_manifest(backup, contents), backup.previous, signing_key())
    backup.manifest, backup.digest = document.text, document.digest
    keys = [pyrage.x25519.Recipient.from_str(one) for one in contents.recipients]
    key, plain = f"{contents.folder}/{MANIFEST}", document.text.encode()
    sealed = pyrage.encrypt(plain, keys)
    digest = hashlib.sha256(sealed).hexdigest()
    _put(key, sealed, digest)
    return StoredManifest(key, len(plain), digest, len(sealed))


def _put(key: str, sealed: bytes, digest: str) -> None:
    store = object_store()
    target = store.create(key)
    try:
        target.write(sealed)
        target.commit()
    except BaseException:
        target.abandon()
        raise
    if stored_sha256(store, key) != digest:
        raise ObjectDamaged(
            "The store gave back another manifest than it was given.",
            remedy="Look at its disk. Nothing of the backup was kept.",
        )


def _manifest(backup: Backup, contents: Contents) -> dict[str, Any]:
    device = backup.device
    return {
        "name": backup.name,
        "provider": backup.provider_id,
        "customer": backup.customer_id,
        "device": {"id": device.pk, "name": device.name, "serial": device.serial},
        "driver": backup.plan.driver if backup.plan else "manual",
        "trigger": backup.trigger,
        "firmware": backup.firmware,
        "begun_at": backup.begun_at.isoformat() if backup.begun_at else None,
        "stored_at": backup.stored_at.isoformat() if backup.stored_at else None,
        # Plain JSON: numbers as keys would be sorted differently when they come back.
        "baseline": json.loads(json.dumps(backup.baseline)),
        "warnings": backup.warnings,
        "folder": contents.folder,
        "parts": [_part(*both) for both in zip(contents.sealed, contents.objects, strict=True)],
        "recipients": contents.recipients,
        "tools": {
            "python": platform.python_version(),
            "zstandard": version("zstandard"),
            "pyrage": version("pyrage"),
        },
    }


def _part(part: Sealed, stored: StoredObject) -> dict[str, Any]:
    return {
        "name": part.name,
        "form": part.form,
        "object": stored.key,
        "plain_sha256": part.plain_sha256,
        "plain_bytes": part.plain_bytes,
        "stored_sha256": stored.stored_sha256,
        "stored_bytes": stored.stored_bytes,
        "found": [seen.words for seen in part.findings],
    }
