"""Reading stored objects again, so that what the disk lost is known before it is needed."""

from __future__ import annotations

from upkeep.store.errors import ObjectMissing
from upkeep.store.objects import ObjectStore
from upkeep.store.parts import stored_sha256

MISSING = "It is not in the store any more."
CHANGED = "Its bytes are not those that were written."


def problem_of(store: ObjectStore, key: str, sha256: str) -> str:
    """Return what is wrong with an object, or "". Raises StoreUnavailable: that is no damage."""
    try:
        if stored_sha256(store, key) == sha256:
            return ""
        # A disk that reads wrongly once is not yet one that wrote wrongly.
        return "" if stored_sha256(store, key) == sha256 else CHANGED
    except ObjectMissing:
        return MISSING
