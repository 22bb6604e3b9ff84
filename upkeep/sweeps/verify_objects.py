"""Reads every stored object again within thirty days (level 1), and tells of damage.

Objects are claimed in batches: `next_read_at` is pushed ahead, so that another vault takes others
and a vault that dies loses nothing. They are read outside any transaction.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Min, OuterRef, Subquery

from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now, system_scope
from contracts.models import Device
from notifications.alarms import clear_alarms, raise_alarm
from notifications.models import OperatorAlarm
from upkeep.actions.note_damage import note_damage
from upkeep.backups.damage import Damage
from upkeep.backups.manifests import problem_at_first_look
from upkeep.backups.marking import ready_store
from upkeep.backups.rereading import problem_of
from upkeep.backups.rows import next_reading
from upkeep.models import Backup, BackupPart, StoredObject
from upkeep.store.errors import NoVaultKey, ObjectMissing, StoreUnavailable
from upkeep.store.objects import ObjectStore

log = logging.getLogger(__name__)

WORKER = "Reading of backups"
REASON = "read stored backups again"
STORE_AWAY = "backup_store"
# A sweep goes on for this long, then gives way to what else the vault has to do.
BUDGET = timedelta(minutes=4)
BATCH = 200
BATCH_BYTES = 1024**3
CLAIM = timedelta(hours=2)
AGAIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class VerifyCount:
    """What a sweep read. `away`: how many could not be, or whom an alarm was raised for."""

    read: int = 0
    damaged: int = 0
    away: int = 0


def verify_objects(budget: timedelta = BUDGET) -> VerifyCount:
    """Read what is due, the longest unread first, until nothing is left or time is over."""
    end = time.monotonic() + budget.total_seconds()
    read = damaged = 0
    try:
        store = ready_store()
    except StoreUnavailable as error:
        return VerifyCount(away=_tell_away(error))
    _tell_back(store)
    while batch := _claim():
        try:
            batch, problems = _read(store, batch)
        except StoreUnavailable as error:
            _give_back(batch, error)
            return VerifyCount(read, damaged, len(batch))
        bad = {pk: problem for pk, problem in problems.items() if problem}
        _write(batch, bad)
        read, damaged = read + len(batch), damaged + len(bad)
        if time.monotonic() > end:
            break
    return VerifyCount(read, damaged)


def _read(
    store: ObjectStore, batch: Sequence[StoredObject]
) -> tuple[list[StoredObject], dict[int, str]]:
    """Return what could be judged, and what was found of each. Raises StoreUnavailable."""
    problems: dict[int, str] = {}
    for one in batch:
        try:
            problems[one.pk] = (
                problem_of(store, one.key, one.stored_sha256)
                if one.stored_sha256
                else problem_at_first_look(store, one)
            )
        except NoVaultKey as error:
            # It stays claimed for a while; `open_backups` raises the alarm about the key.
            log.warning("backup.manifest_not_opened key=%s why=%s", one.key, error.message)
    return [one for one in batch if one.pk in problems], problems


def _claim() -> list[StoredObject]:
    """Take the next objects, as many as are read in a short while."""
    with system_scope(REASON) as scope:
        due = StoredObject.objects.filter(
            next_read_at__lte=scope.now, gone_at=None, provider__suspended_at=None
        )
        due = due.select_for_update(skip_locked=True, of=("self",)).order_by("next_read_at", "pk")
        batch: list[StoredObject] = []
        for one in due[:BATCH]:
            if batch and sum(it.stored_bytes for it in batch) + one.stored_bytes > BATCH_BYTES:
                break
            batch.append(one)
        rows = StoredObject.objects.filter(pk__in=[one.pk for one in batch])
        rows.update(next_read_at=scope.now + CLAIM)
        return batch


def _write(batch: Sequence[StoredObject], bad: Mapping[int, str]) -> None:
    with system_scope(REASON) as scope:
        good = [one for one in batch if one.pk not in bad]
        for one in good:
            one.read_at, one.next_read_at = scope.now, next_reading(scope.now, one.stored_sha256)
        fields = ["read_at", "next_read_at", "stored_sha256", "stored_bytes"]
        StoredObject.objects.bulk_update(good, fields)
        # A backup was read when the last of its parts was.
        parts = BackupPart.objects.filter(backup_id=OuterRef("pk")).order_by()
        oldest = parts.values("backup_id").annotate(at=Min("stored_object__read_at")).values("at")
        of_them = BackupPart.objects.filter(stored_object__in=good).values("backup_id")
        Backup.objects.filter(pk__in=of_them).update(read_at=Subquery(oldest))
        clear_alarms({one.provider_id for one in batch}, STORE_AWAY)
    for device_id, damages in _by_device(batch, bad).items():
        tell(device_id, damages)


def tell(device_id: int, found: Sequence[Damage]) -> None:
    """Write down damage of one system, in a transaction of its own."""
    with system_scope(REASON):
        device = Device.objects.select_related("customer", "site").get(pk=device_id)
        actor = Viewer.system(WORKER, provider_id=device.provider_id)
        note_damage(device=device, found=found, actor=actor)
        log.error("backup.damaged device=%s objects=%s", device_id, len(found))


def _by_device(batch: Sequence[StoredObject], bad: Mapping[int, str]) -> dict[int, list[Damage]]:
    found: dict[int, list[Damage]] = defaultdict(list)
    for one in batch:
        if one.pk in bad:
            found[one.device_id].append(Damage(one.pk, bad[one.pk]))
    return found


def _tell_away(error: StoreUnavailable) -> int:
    """Say to everybody with backups that the store is away, whether or not some are due."""
    with system_scope(REASON):
        rows = StoredObject.objects.filter(gone_at=None).order_by("provider_id")
        providers = list(rows.values_list("provider_id", flat=True).distinct())
        for provider_id in providers:
            raise_alarm(provider_id, STORE_AWAY, "The store of backups", error.message)
    return len(providers)


def _tell_back(store: ObjectStore) -> None:
    """Clear the alarms once the store gives an object back, whether or not some are due."""
    with system_scope(REASON):
        alarms = OperatorAlarm.objects.filter(kind=STORE_AWAY, cleared_at=None)
        providers = list(alarms.values_list("provider_id", flat=True))
        newest = StoredObject.objects.filter(gone_at=None, damaged_at=None).order_by("-pk").first()
    if providers and (newest is None or _answers(store, newest)):
        with system_scope(REASON):
            clear_alarms(providers, STORE_AWAY)


def _answers(store: ObjectStore, stored: StoredObject) -> bool:
    try:
        with store.open(stored.key) as source:
            source.read(1)
    except ObjectMissing:
        return True
    except (StoreUnavailable, OSError):
        return False
    return True


def _give_back(batch: Sequence[StoredObject], error: StoreUnavailable) -> None:
    """Nothing is known of them: say that the store is away, and look again soon."""
    with system_scope(REASON):
        rows = StoredObject.objects.filter(pk__in=[one.pk for one in batch])
        rows.update(next_read_at=database_now() + AGAIN)
        for provider_id in sorted({one.provider_id for one in batch}):
            raise_alarm(provider_id, STORE_AWAY, "The store of backups", error.message)
