"""Copies of manifests in the store that are older than the rows which tell of them.

Their documents are in the database, but not the hash of what lies in the store (age never writes
the same twice). So a row begins without one, and the vault learns it when it reads the copy for
the first time: it opens it, and what is inside has to be the document that was signed.
"""

from __future__ import annotations

import hashlib

import pyrage
from django.db.models import Exists, OuterRef

from calcom_portal.common.tenancy import database_now, system_scope
from upkeep.backups.customer_keys import identity_for
from upkeep.backups.rereading import MISSING
from upkeep.models import Backup, BackupState, StoredObject
from upkeep.store.errors import ObjectMissing
from upkeep.store.keys import Place
from upkeep.store.manifest import manifest_in
from upkeep.store.names import MANIFEST
from upkeep.store.objects import ObjectStore

REASON = "know the copies of manifests in the store"
OTHER_DOCUMENT = "It does not open, or holds another document than the one that was signed."
# A manifest is some kilobytes; nobody has to hold more in memory than this.
LARGEST = 16 * 1024 * 1024


def adopt_manifests() -> int:
    """Give every stored backup's manifest a row, so that it is read again; return how many."""
    with system_scope(REASON):
        known = StoredObject.objects.filter(
            provider_id=OuterRef("provider_id"), manifest_of=OuterRef("pk")
        )
        rows = Backup.objects.filter(state=BackupState.STORED.value).exclude(digest="")
        strangers = rows.exclude(Exists(known)).order_by("pk")
        made = [_row_of(one) for one in strangers.iterator(chunk_size=500)]
        # Another sweep may adopt the same one.
        StoredObject.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)
        return len(made)


def _row_of(backup: Backup) -> StoredObject:
    manifest, now = manifest_in(backup.manifest), database_now()
    return StoredObject(
        provider_id=backup.provider_id,
        customer_id=backup.customer_id,
        device_id=backup.device_id,
        manifest_of=backup,
        key=f"{manifest['folder']}/{MANIFEST}",
        plain_bytes=len(backup.manifest.encode()),
        stored_bytes=0,
        recipients=manifest["recipients"],
        written_at=backup.stored_at or now,
        next_read_at=now,
    )


def problem_at_first_look(store: ObjectStore, stored: StoredObject) -> str:
    """Open a copy whose hash is not known; return what is wrong, or "" and note its hash and size.

    In the vault. Raises NoVaultKey and StoreUnavailable: they say nothing about the copy.
    """
    with system_scope(REASON):
        text = Backup.objects.values_list("manifest", flat=True).get(manifest_objects=stored)
    identity = identity_for(Place(stored.provider_id, stored.customer_id), stored.recipients)
    try:
        with store.open(stored.key) as source:
            sealed = source.read(LARGEST)
    except ObjectMissing:
        return MISSING
    try:
        plain = pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(identity)])
    except pyrage.DecryptError:
        return OTHER_DOCUMENT
    if plain != text.encode():
        return OTHER_DOCUMENT
    stored.stored_sha256, stored.stored_bytes = hashlib.sha256(sealed).hexdigest(), len(sealed)
    return ""
