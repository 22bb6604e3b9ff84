"""What may go wrong in the store, in words for people."""

from __future__ import annotations

from calcom_portal.common.errors import PortalError


class StoreError(PortalError):
    """The store could not do what it was asked for."""

    status = 503
    code = "store"
    title = "The store of backups did not work"


class StoreUnavailable(StoreError):
    """The store is not there, is full, or refuses us. It says nothing about what is stored."""

    code = "store-unavailable"


class ObjectMissing(StoreError):
    """The store works, and does not have this object."""

    code = "object-missing"

    def __init__(self, key: str) -> None:
        super().__init__(
            f"{key} is not in the store of backups.",
            remedy="Look whether it lies in a copy of the store, and take a new backup.",
        )


class ObjectDamaged(StoreError):
    """What is stored is not what was written."""

    code = "object-damaged"


class PartBroken(StoreError):
    """What came is not whole, or not what it was said to be. Nothing of it is kept."""

    status = 422
    code = "part-broken"
    title = "This is not a whole backup"


class OverQuota(StoreError):
    """There is no more room for the backups of this system."""

    status = 422
    code = "over-quota"
    title = "There is no room for this backup"

    def __init__(self) -> None:
        super().__init__(
            "The backups of this system have used up their room.",
            remedy="Give it more, keep fewer backups, or back up less of the system.",
        )


class NoVaultKey(StoreError):
    """Nobody gave the portal the keys that backups are encrypted with."""

    code = "no-vault-key"
    title = "Backups have no key"
