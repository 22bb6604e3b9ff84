"""The store, once it is known that it is the portal's own and not the place where its disk was."""

from __future__ import annotations

import logging
from uuid import uuid4

from calcom_portal.common.tenancy import database_now, system_scope
from upkeep.models import StoredObject, StoreMark
from upkeep.store.errors import StoreUnavailable
from upkeep.store.marks import Look, Standing, standing_of
from upkeep.store.objects import FolderStore, ObjectStore, object_store

log = logging.getLogger(__name__)

REASON = "know the store of backups"
# One of them is enough; a few may have been lost.
LOOKED_FOR = 20


def ready_store() -> ObjectStore:
    """Return the store; mark it where it is new, or older than marks.

    Raises StoreUnavailable where its disk is not mounted, or another one is. A bucket needs no
    mark: one that is away answers nothing.
    """
    store = object_store()
    if isinstance(store, FolderStore):
        with system_scope(REASON):
            known = _known()
            found = store.mark()
            if not known or known != found:
                _settle(store, known, found)
    return store


def begin_anew(store: FolderStore) -> str:
    """Take an empty folder for the store, because the former one is lost; return its mark."""
    with system_scope(REASON):
        StoreMark.objects.all().delete()
        return _mark(store, "")


def _known() -> str:
    return StoreMark.objects.values_list("identity", flat=True).first() or ""


def _settle(store: FolderStore, known: str, found: str) -> None:
    objects = StoredObject.objects.filter(gone_at=None)
    keys = objects.filter(damaged_at=None).order_by("-pk").values_list("key", flat=True)
    look = Look(
        known=known,
        found=found,
        has_objects=objects.exists(),
        are_there=any(_lies_there(store, key) for key in keys[:LOOKED_FOR]),
    )
    match standing_of(look):
        case Standing.MARK_IT:
            _mark(store, known)
        case Standing.KNOW_IT:
            _remember(found)
        case Standing.AWAY:
            raise StoreUnavailable(
                "The folder of backups is not there, or is empty: its mark is missing.",
                remedy="Mount its disk again, or correct BACKUP_STORE.",
            )
        case Standing.OTHER:
            raise StoreUnavailable(
                "The folder of backups is the store of another portal.",
                remedy="Mount the right disk, or correct BACKUP_STORE.",
            )


def _lies_there(store: FolderStore, key: str) -> bool:
    # Asked of the disk itself: the store refuses everything as long as it has no mark.
    return (store.root / key).is_file()


def _mark(store: FolderStore, known: str) -> str:
    mark = store.set_mark(known or str(uuid4()))
    _remember(mark)
    log.info("store.marked identity=%s", mark)
    return mark


def _remember(mark: str) -> None:
    # Another process may do the same at the same moment: the first one counts.
    StoreMark.objects.bulk_create(
        [StoreMark(number=1, identity=mark, marked_at=database_now())], ignore_conflicts=True
    )
    if _known() != mark:
        raise StoreUnavailable(
            "Two stores of backups were begun at once.", remedy="It is tried again by itself."
        )
