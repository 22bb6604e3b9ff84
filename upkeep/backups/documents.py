"""The manifest of a backup: made of its rows, signed, and put beside its objects."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import pyrage

from upkeep.models import Backup, StoredObject
from upkeep.store.keys import signing_key
from upkeep.store.manifest import signed
from upkeep.store.names import MANIFEST
from upkeep.store.objects import object_store
from upkeep.store.parts import Sealed


@dataclass(frozen=True, slots=True)
class Contents:
    """The parts of a backup, the object that holds each, its folder, and who can open it."""

    sealed: Sequence[Sealed]
    objects: Sequence[StoredObject]
    folder: str
    recipients: list[str]


def sign_backup(backup: Backup, contents: Contents) -> None:
    """Give a backup its manifest. A copy lies in the store, for the day without us."""
    document = signed(_manifest(backup, contents), backup.previous, signing_key())
    backup.manifest, backup.digest = document.text, document.digest
    keys = [pyrage.x25519.Recipient.from_str(one) for one in contents.recipients]
    target = object_store().create(f"{contents.folder}/{MANIFEST}")
    try:
        target.write(pyrage.encrypt(document.text.encode(), keys))
        target.commit()
    except BaseException:
        target.abandon()
        raise


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
