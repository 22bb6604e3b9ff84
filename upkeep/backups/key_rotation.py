"""New keys of backups: of the vault, or of one customer. In the process of the vault only.

What is in the store stays as it is: a backup opens with the key that it was encrypted to, which is
kept as long as the customer is.
"""

from __future__ import annotations

from dataclasses import dataclass

from accounts.audit import record
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now, system_scope
from upkeep.models import VaultKey
from upkeep.store.errors import NoVaultKey
from upkeep.store.keys import Place, refuse_unequal_halves, sealed_anew

REASON = "give the keys of backups a new key of the vault"
WORKER = "Key rotation"


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many keys of customers were sealed anew, and the ids of rows that do not open."""

    moved: int = 0
    broken: tuple[int, ...] = ()


def reseal_customer_keys() -> Rotated:
    """Seal every customer's private key for the present key of the vault, each on its own.

    Raises NoVaultKey where this process does not hold the present key. It may be broken off and run
    again, while backups are taken and restored.
    """
    refuse_unequal_halves()
    with system_scope(REASON):
        ids = list(VaultKey.objects.order_by("pk").values_list("pk", flat=True))
    moved, broken = 0, list[int]()
    for row_id in ids:
        try:
            moved += _reseal(row_id)
        except NoVaultKey:
            broken.append(row_id)
    return Rotated(moved, tuple(broken))


def _reseal(row_id: int) -> int:
    with system_scope(REASON):
        row = VaultKey.objects.select_for_update(of=("self",)).filter(pk=row_id).first()
        if row is None:
            return 0
        sealed = sealed_anew(row.sealed_identity, Place(row.provider_id, row.customer_id))
        if sealed == row.sealed_identity:
            return 0
        row.sealed_identity = sealed
        row.save(update_fields=["sealed_identity"])
        actor = Viewer.system(WORKER, provider_id=row.provider_id)
        record(actor, "backup_key.resealed", row, id=row.pk)
        return 1


def retire_customer_key(customer_id: int) -> bool:
    """Let the next backup of a customer have a new key pair; return whether one was in use.

    The former one opens what was encrypted to it, and nothing that comes.
    """
    with system_scope(REASON):
        rows = VaultKey.objects.select_for_update(of=("self",))
        row = rows.filter(customer=customer_id, retired_at=None).first()
        if row is None:
            return False
        row.retired_at = database_now()
        row.save(update_fields=["retired_at"])
        actor = Viewer.system(WORKER, provider_id=row.provider_id)
        record(actor, "backup_key.retired", row, id=row.pk)
        return True
