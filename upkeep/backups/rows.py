"""The rows of a backup that is whole: its objects, parts, manifest and level, in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from calcom_portal.common.tenancy import database_now
from contracts.models import Device
from upkeep.backups.documents import Contents, StoredManifest, sign_backup
from upkeep.backups.expecting import put_off_alarm
from upkeep.backups.reusing import former_of
from upkeep.models import (
    Backup,
    BackupPart,
    BackupState,
    Level,
    StoredObject,
)
from upkeep.store.keys import Place, mac_of_plain
from upkeep.store.parts import Sealed
from upkeep.store.structure import is_opened

# Every object is read again within thirty days: soonest after this, spread over what is left.
READ_AGAIN_AFTER = timedelta(days=20)
SPREAD_DAYS = 7


@dataclass(frozen=True, slots=True)
class Written:
    """What was written; `doubles` are objects that nobody needs: an equal one was there."""

    doubles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What the driver told of a backup whose parts are all there."""

    firmware: str
    baseline: Mapping[str, Any]
    warnings: Sequence[str]


def write_backup(
    backup: Backup,
    sealed: Sequence[Sealed],
    told: Told,
    *,
    folder: str,
    recipients: list[str],
    whole: frozenset[int],
) -> Written:
    """Write down a backup whose objects are in the store. Lock its row before.

    `whole` are former objects that were just read: an equal part shares one of these.
    """
    now = _place_in_chain(backup)
    objects = _objects_for(backup, sealed, recipients, whole, now)
    backup.state, backup.stored_at, backup.read_at = BackupState.STORED.value, now, now
    backup.look_at, backup.step, backup.problem = None, "", ""
    backup.firmware, backup.baseline = told.firmware[:80], dict(told.baseline)
    seen = [f"{one.name}: {seen.words}" for one in sealed for seen in one.findings]
    backup.warnings = [words[:300] for words in (*told.warnings, *seen)]
    backup.plain_bytes = backup.done_bytes = sum(one.plain_bytes for one in sealed)
    backup.stored_bytes = sum(one.stored_bytes for one in objects)
    opened = all(is_opened(list(one.findings)) for one in sealed)
    backup.level = Level.OPENED.value if opened else Level.READ.value
    # Nobody has decrypted it yet: the vault does, and says when (`open_backups`).
    backup.opened_at = None
    manifest = sign_backup(backup, Contents(sealed, objects, folder, recipients))
    backup.save()
    _write_manifest(backup, manifest, recipients, now)
    _name_parts(backup, sealed, objects)
    if opened:
        put_off_alarm(backup, now)
    used = {one.key for one in objects}
    return Written(tuple(part.key for part in sealed if part.key not in used))


def _place_in_chain(backup: Backup) -> datetime:
    """Lock the chain of the system's manifests, and return when the next one is stored.

    Whoever began later may have been first: instants of a chain grow all the same.
    """
    Device.objects.select_for_update(no_key=True, of=("self",)).get(pk=backup.device_id)
    rows = Backup.objects.filter(device_id=backup.device_id).exclude(digest="")
    last = rows.order_by("-stored_at", "-pk").first()
    now = database_now()
    if last is None or last.stored_at is None:
        return now
    backup.previous = last.digest
    return max(now, last.stored_at + timedelta(microseconds=1))


def _name_parts(backup: Backup, sealed: Sequence[Sealed], objects: Sequence[StoredObject]) -> None:
    BackupPart.objects.bulk_create(
        BackupPart(
            provider_id=backup.provider_id,
            customer_id=backup.customer_id,
            backup=backup,
            stored_object=one,
            name=part.name,
            form=part.form,
        )
        for part, one in zip(sealed, objects, strict=True)
    )


def _write_manifest(
    backup: Backup, manifest: StoredManifest, recipients: list[str], now: datetime
) -> None:
    StoredObject.objects.create(
        provider_id=backup.provider_id,
        customer_id=backup.customer_id,
        device_id=backup.device_id,
        manifest_of=backup,
        key=manifest.key,
        plain_bytes=manifest.plain_bytes,
        stored_sha256=manifest.stored_sha256,
        stored_bytes=manifest.stored_bytes,
        recipients=recipients,
        written_at=now,
        read_at=now,
        next_read_at=next_reading(now, manifest.stored_sha256),
    )


def next_reading(now: datetime, sha256: str) -> datetime:
    """Return when an object is read again; not all of one day on one day."""
    spread = timedelta(days=SPREAD_DAYS) * (int(sha256[:4], 16) / 0x10000)
    return now + READ_AGAIN_AFTER + spread


def _objects_for(
    backup: Backup,
    sealed: Sequence[Sealed],
    recipients: list[str],
    whole: frozenset[int],
    now: datetime,
) -> list[StoredObject]:
    """Return the objects that hold the parts: the former ones where nothing changed."""
    objects: list[StoredObject] = []
    for part in sealed:
        among = {*whole, *(one.pk for one in objects)}
        former = former_of(backup, part, recipients, among=among)
        objects.append(former or _new_object(backup, part, recipients, now))
    return objects


def _new_object(backup: Backup, part: Sealed, recipients: list[str], now: datetime) -> StoredObject:
    made: StoredObject = StoredObject.objects.create(
        provider_id=backup.provider_id,
        customer_id=backup.customer_id,
        device_id=backup.device_id,
        key=part.key,
        plain_mac=mac_of_plain(part.plain_sha256, Place(backup.provider_id, backup.customer_id)),
        plain_bytes=part.plain_bytes,
        stored_sha256=part.stored_sha256,
        stored_bytes=part.stored_bytes,
        recipients=recipients,
        written_at=now,
        read_at=now,
        next_read_at=next_reading(now, part.stored_sha256),
    )
    return made
