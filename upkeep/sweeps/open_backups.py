"""Opens the newest backup of each system once a month (level 2): with the real key, to its end.

What was checked while it came in is proven once more from what lies in the store, and so is that
the vault has the key.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, F, OuterRef

from calcom_portal.common.tenancy import database_now, system_scope
from notifications.alarms import clear_alarms, raise_alarm
from upkeep.backups.damage import Damage
from upkeep.backups.opening import problem_inside
from upkeep.models import Backup, BackupPart, BackupState, Level
from upkeep.store.errors import NoVaultKey, StoreUnavailable
from upkeep.sweeps.verify_objects import STORE_AWAY, tell

log = logging.getLogger(__name__)

REASON = "open stored backups"
NO_KEY = "backup_key"
EVERY = timedelta(days=30)
BUDGET = timedelta(minutes=8)


@dataclass(frozen=True, slots=True)
class OpenCount:
    """What a sweep opened."""

    opened: int = 0
    damaged: int = 0
    stopped: int = 0


def open_backups(budget: timedelta = BUDGET) -> OpenCount:
    """Open what is due, system by system, until nothing is left or time is over."""
    end = time.monotonic() + budget.total_seconds()
    opened = damaged = stopped = 0
    for backup_id in _due():
        try:
            is_good = open_backup(backup_id)
            opened, damaged = opened + is_good, damaged + (not is_good)
        except NoVaultKey as error:
            # Only this customer's: the others' backups are opened all the same.
            _alarm(backup_id, error)
            stopped += 1
        except StoreUnavailable as error:
            _alarm(backup_id, error)
            return OpenCount(opened, damaged, stopped + 1)
        if time.monotonic() > end:
            break
    return OpenCount(opened, damaged, stopped)


def open_backup(backup_id: int) -> bool:
    """Open every part of one backup, and write down what came of it."""
    with system_scope(REASON):
        backup = Backup.objects.get(pk=backup_id)
        parts = list(
            BackupPart.objects.filter(backup=backup).select_related("stored_object").order_by("pk")
        )
    problems = {part.stored_object_id: problem_inside(backup, part) for part in parts}
    found = [Damage(pk, problem) for pk, problem in problems.items() if problem]
    if found:
        tell(backup.device_id, found)
        return False
    with system_scope(REASON) as scope:
        rows = Backup.objects.filter(pk=backup_id, state=BackupState.STORED.value, damaged_at=None)
        rows.update(opened_at=scope.now)
        rows.filter(level__lt=Level.OPENED.value).update(level=Level.OPENED.value)
        clear_alarms([backup.provider_id], NO_KEY)
    return True


def _due() -> list[int]:
    """Return the newest good backup of each system of which none was opened for a month."""
    with system_scope(REASON):
        stored = Backup.objects.filter(
            state=BackupState.STORED.value, damaged_at=None, provider__suspended_at=None
        )
        lately = Backup.objects.filter(
            device_id=OuterRef("device_id"),
            opened_at__gt=database_now() - EVERY,
            stored_at__lt=F("opened_at"),
        )
        newest = stored.order_by("device_id", "-stored_at", "-pk").distinct("device_id")
        due = Backup.objects.filter(pk__in=newest.values("pk")).exclude(Exists(lately))
        return list(due.order_by("stored_at", "pk").values_list("pk", flat=True))


def _alarm(backup_id: int, error: NoVaultKey | StoreUnavailable) -> None:
    kind = NO_KEY if isinstance(error, NoVaultKey) else STORE_AWAY
    with system_scope(REASON):
        backup = Backup.objects.get(pk=backup_id)
        raise_alarm(backup.provider_id, kind, "The store of backups", error.message)
    log.error("backup.not_opened id=%s why=%s", backup_id, error.message)
