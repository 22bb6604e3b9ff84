"""Clears the store of what nobody refers to: a worker died over it, or could not delete it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from calcom_portal.common.tenancy import system_scope
from upkeep.backups.manifests import adopt_manifests
from upkeep.backups.marking import ready_store
from upkeep.backups.objects import delete_objects
from upkeep.backups.writing import BEING_TAKEN
from upkeep.models import Backup, StoredObject
from upkeep.store.errors import StoreUnavailable
from upkeep.store.names import backup_of

log = logging.getLogger(__name__)

REASON = "find objects that no backup has"
# Longer than the longest backup takes.
LEFT_BEHIND_AFTER = timedelta(days=2)
BATCH = 500


@dataclass(frozen=True, slots=True)
class StoreCount:
    """What a sweep found. `unknown` objects belong to no backup that we know of: they stay."""

    leftovers: int = 0
    orphans: int = 0
    unknown: int = 0


def sweep_store() -> StoreCount:
    """Delete leftovers and orphans; nothing while the store is away.

    Objects whose backup has no row at all are only counted: a database that was itself restored
    from an older state must not cost the backups that it does not remember.
    """
    try:
        store = ready_store()
    except StoreUnavailable as error:
        # Whoever reads stored objects raises the alarm.
        log.warning("store.not_swept why=%s", error.message)
        return StoreCount()
    # Else a manifest that is older than its row would be taken for an orphan.
    adopt_manifests()
    leftovers = store.sweep_leftovers(LEFT_BEHIND_AFTER)
    orphans = unknown = 0
    keys = store.keys()
    while batch := list(islice(keys, BATCH)):
        lost, strange = _judge(batch)
        orphans += delete_objects(lost)
        unknown += len(strange)
    if unknown:
        log.warning("store.unknown_objects count=%s", unknown)
    return StoreCount(leftovers, orphans, unknown)


def _judge(keys: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the keys that no backup needs, and those of no known backup."""
    names = {key: backup_of(key) for key in keys}
    with system_scope(REASON):
        # In this order: a backup that ends in between is seen as running, or with all its rows.
        backups = {one.name: one for one in Backup.objects.filter(name__in=set(names.values()))}
        rows = StoredObject.objects.filter(key__in=names, gone_at=None)
        needed = set(rows.values_list("key", flat=True))
    lost = [
        key
        for key, name in names.items()
        if key not in needed and name in backups and not _is_needed(key, backups[name])
    ]
    strange = [key for key, name in names.items() if key not in needed and name not in backups]
    return lost, strange


def _is_needed(key: str, backup: Backup) -> bool:
    # An earlier attempt of it is over; the present one is not.
    folder = key.rpartition("/")[0]
    return backup.state in BEING_TAKEN and folder.endswith(f"-{backup.token[:8]}")
