"""Deleting objects of backups from the store."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from upkeep.store.errors import StoreError
from upkeep.store.objects import object_store

log = logging.getLogger(__name__)


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
