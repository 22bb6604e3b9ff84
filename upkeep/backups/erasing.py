"""What goes from the store with a provider."""

from __future__ import annotations

from upkeep.backups.marking import ready_store


def erase_backups(provider_id: int) -> None:
    """Delete every object of a provider. Raises StoreUnavailable: then it is tried again."""
    store = ready_store()
    for key in list(store.keys(f"p{provider_id}")):
        store.delete(key)
