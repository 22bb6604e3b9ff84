"""Former objects that a new backup may share: only those that are still what was written.

Whoever says that a backup is fresh and verified has read its bytes, not only found its file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from calcom_portal.common.tenancy import system_scope
from upkeep.backups.damage import Damage
from upkeep.backups.rereading import problem_of
from upkeep.models import Backup, StoredObject
from upkeep.store.keys import Place, mac_of_plain
from upkeep.store.objects import object_store
from upkeep.store.parts import Sealed


@dataclass(frozen=True, slots=True)
class Formers:
    """The ids of the objects that were read and are whole, and what was found of the others.

    `equal` are the SHA-256 of the parts' plain bytes that those objects hold.
    """

    whole: frozenset[int]
    equal: frozenset[str]
    damages: tuple[Damage, ...]


def read_formers(
    backup: Backup, sealed: Sequence[Sealed], recipients: list[str], keep: Callable[[], None]
) -> Formers:
    """Read what equals a part of the backup, outside any transaction; `keep` holds the lease.

    Raises StoreUnavailable, and what `keep` raises.
    """
    store = object_store()
    whole: dict[int, str] = {}
    damages: dict[int, Damage] = {}
    for part in sealed:
        with system_scope("look for equal parts"):
            former = former_of(backup, part, recipients)
        if former is None or former.pk in whole or former.pk in damages:
            continue
        keep()
        if problem := problem_of(store, former.key, former.stored_sha256):
            damages[former.pk] = Damage(former.pk, problem)
        else:
            whole[former.pk] = part.plain_sha256
    return Formers(frozenset(whole), frozenset(whole.values()), tuple(damages.values()))


def former_of(
    backup: Backup, part: Sealed, recipients: list[str], *, among: set[int] | None = None
) -> StoredObject | None:
    """Return the newest object of the system that holds the same, of `among` where that is said.

    Those are locked.
    """
    mac = mac_of_plain(part.plain_sha256, Place(backup.provider_id, backup.customer_id))
    # With other keys it would open for other people than a new one.
    rows = StoredObject.objects.filter(
        device_id=backup.device_id,
        plain_mac=mac,
        gone_at=None,
        damaged_at=None,
        recipients=recipients,
    )
    if among is not None:
        rows = rows.select_for_update(of=("self",)).filter(pk__in=among)
    former: StoredObject | None = rows.order_by("-pk").first()
    return former
