"""Objects of backups in the store: which belong to what, and deleting them."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from upkeep.models import Backup
from upkeep.store.errors import StoreError
from upkeep.store.manifest import manifest_in
from upkeep.store.objects import object_store

log = logging.getLogger(__name__)


def folder_of_manifest(backup: Backup) -> str:
    """Return the folder in which the manifest of a stored backup lies; "" without one."""
    return str(manifest_in(backup.manifest)["folder"]) if backup.manifest else ""


def delete_objects(keys: Iterable[str]) -> int:
    """Delete what no row needs any more; what the store refuses is swept later."""
    store, count = object_store(), 0
    for key in keys:
        try:
            store.delete(key)
            count += 1
        except StoreError as error:
            log.warning("store.delete_failed key=%s why=%s", key, error.message)
    return count
