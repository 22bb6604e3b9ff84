"""The parts that a restore gives back, and how their plain bytes are read: in the vault only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from upkeep.backups.customer_keys import identity_for
from upkeep.models import BackupPart, Restore
from upkeep.restores.work import StepFailed
from upkeep.store.keys import Place
from upkeep.store.objects import object_store
from upkeep.store.parts import open_part


@dataclass(frozen=True, slots=True)
class Kept:
    """A part of a backup, ready to be read."""

    name: str
    form: str
    plain_bytes: int
    open: Callable[[], BinaryIO]


def kept_parts(restore: Restore) -> list[Kept]:
    """Return the chosen parts, by name. Raises StepFailed or NoVaultKey."""
    rows = BackupPart.objects.filter(backup=restore.backup_id).select_related("stored_object")
    chosen = [
        part for part in rows.order_by("name") if not restore.parts or part.name in restore.parts
    ]
    if not chosen:
        raise StepFailed("The backup has none of the chosen parts.")
    return [_kept(part) for part in chosen]


def part_names(restore: Restore) -> list[str]:
    """Return the names of the chosen parts."""
    if restore.parts:
        return list(restore.parts)
    return list(restore.backup.parts.order_by("name").values_list("name", flat=True))


def _kept(part: BackupPart) -> Kept:
    stored = part.stored_object
    place = Place(stored.provider_id, stored.customer_id)
    key, identity = stored.key, identity_for(place, stored.recipients)
    return Kept(
        part.name,
        part.form,
        stored.plain_bytes,
        lambda: open_part(object_store(), key, identity),
    )
