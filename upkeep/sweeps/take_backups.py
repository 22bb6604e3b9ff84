"""Takes the backups that wait, one after the other, each under a lease.

What is taken is written down when it is whole, and not before. A keeper that dies leaves its lease,
which runs out: another one takes the backup from the start, into a folder of its own.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from time import monotonic

from celery.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from calcom_portal.common.errors import PortalError
from calcom_portal.common.tenancy import database_now, system_scope
from upkeep.backups.ends import OUR_FAULT, TOO_LONG, end_backup, put_off
from upkeep.backups.taking import Lost, take_with_driver
from upkeep.backups.timing import earliest
from upkeep.backups.writing import LEASE, BackupSink, NotOurs
from upkeep.drivers.base import DriverFailed
from upkeep.drivers.table import DRIVERS
from upkeep.models import (
    Backup,
    BackupPlan,
    BackupState,
    Restore,
    RestoreKind,
    RestoreState,
    Trigger,
)
from upkeep.planned import hours_of

log = logging.getLogger(__name__)

REASON = "take the backups that wait"
MOST_ATTEMPTS = 3
TRY_AGAIN = timedelta(minutes=10)
LOOK_AGAIN = timedelta(seconds=30)
CANDIDATES = 20
# A run ends between two backups, so that a keeper can be renewed.
LONGEST_RUN = timedelta(minutes=10)
OPEN = (BackupState.WAITING.value, BackupState.RUNNING.value)
DIED = "It was begun three times, and no worker lived to its end. Somebody has to look why."
CUT_OFF = "It ended before all of it had come."


@dataclass(frozen=True, slots=True)
class TakeCount:
    """What a run did with the backups that waited."""

    stored: int = 0
    failed: int = 0
    put_off: int = 0


def take_backups() -> TakeCount:
    """Take what waits, for ten minutes at most beside the last one. Outside any scope."""
    ends: list[str] = []
    began = monotonic()
    while monotonic() - began < LONGEST_RUN.total_seconds() and (backup := lease_next()):
        ends.append(take(backup))
    return TakeCount(ends.count("stored"), ends.count("failed"), ends.count("put_off"))


def take(backup: Backup) -> str:
    """Take a backup whose lease is ours; return what became of it. Never raises for a system."""
    sink: BackupSink | None = None
    try:
        sink = BackupSink(backup)
        taken = take_with_driver(backup, sink)
        sink.finish(taken.firmware, taken.baseline, taken.warnings)
    except (NotOurs, Lost):
        log.warning("backup.taken_over name=%s", backup.name)
        return _dropped(sink)
    except (OperationalError, InterfaceError) as error:
        # The database went away: the lease runs out, and another keeper takes it from the start.
        log.warning("backup.interrupted name=%s error=%s", backup.name, type(error).__name__)
        return _dropped(sink)
    except DriverFailed as error:
        return _failed(backup, sink, str(error))
    except PortalError as error:
        return _failed(backup, sink, f"{error.message} {error.remedy}".strip())
    except SoftTimeLimitExceeded:
        return _failed(backup, sink, TOO_LONG, again=False)
    except Exception:
        log.exception("backup.failed name=%s", backup.name)
        return _failed(backup, sink, OUR_FAULT)
    return "stored"


def lease_next() -> Backup | None:
    """Return the backup that has waited longest, under a lease of ours; None when none may be."""
    with system_scope(REASON):
        now = database_now()
        for backup in _waiting(now):
            if backup.attempts >= MOST_ATTEMPTS:
                end_backup(backup, DIED)
            elif not _is_fetched(backup):
                end_backup(backup, CUT_OFF)
            elif _has_time(backup, now) and _leased(backup, now):
                return backup
    return None


def _waiting(now: datetime) -> list[Backup]:
    rows: QuerySet[Backup] = Backup.objects.filter(look_at__lte=now, state__in=OPEN)
    others = Backup.objects.filter(device=OuterRef("device"), state=BackupState.RUNNING.value)
    free = ~Exists(others.exclude(pk=OuterRef("pk")))
    # What a restore asks for itself is taken while it runs, and nothing else is.
    restores = Restore.objects.filter(
        device=OuterRef("device"),
        kind=RestoreKind.SYSTEM.value,
        state=RestoreState.RUNNING.value,
        begun_at__isnull=False,
    )
    calm = Q(trigger=Trigger.SAFETY.value) | ~Exists(restores)
    rows = rows.filter(free & calm, provider__suspended_at=None)
    rows = rows.select_for_update(of=("self",), skip_locked=True).order_by("look_at", "pk")
    return list(
        rows.select_related("device__site", "plan__device__site", "plan__connection__credential")[
            :CANDIDATES
        ]
    )


def _is_fetched(backup: Backup) -> bool:
    """Do we fetch it? What a system or a person sends has nobody to go on with it."""
    plan: BackupPlan | None = backup.plan
    return plan is not None and plan.driver in DRIVERS and backup.trigger != Trigger.PUSHED


def _has_time(backup: Backup, now: datetime) -> bool:
    """May it be taken now? A planned one waits for the hours of its site."""
    plan: BackupPlan | None = backup.plan
    if plan is None or backup.trigger != Trigger.SCHEDULE:
        return True
    begins = earliest(now, hours_of(plan))
    if begins <= now:
        return True
    put_off(backup, begins, "Waiting for the hours in which it may be taken")
    return False


def _leased(backup: Backup, now: datetime) -> bool:
    backup.state, backup.token = BackupState.RUNNING.value, token_hex(16)
    backup.attempts, backup.begun_at, backup.look_at = backup.attempts + 1, now, now + LEASE
    backup.problem, backup.step, backup.done_bytes = "", "Signing in", 0
    try:
        with transaction.atomic():
            backup.save(
                update_fields=[
                    *("state", "token", "attempts", "begun_at", "look_at"),
                    *("problem", "step", "done_bytes"),
                ]
            )
    except IntegrityError:
        # Another keeper has just begun with another backup of the same system.
        return False
    return True


def _dropped(sink: BackupSink | None) -> str:
    if sink is not None:
        sink.abandon()
    return "dropped"


def _failed(backup: Backup, sink: BackupSink | None, problem: str, *, again: bool = True) -> str:
    """Leave no object of it; try a planned one again, and say at once that another one failed."""
    log.info("backup.not_taken name=%s attempt=%s", backup.name, backup.attempts)
    if sink is not None:
        sink.abandon()
    with system_scope(REASON) as scope:
        rows = Backup.objects.select_for_update(of=("self",))
        mine = rows.filter(
            pk=backup.pk, token=backup.token, state=BackupState.RUNNING.value
        ).first()
        if mine is None:
            return "dropped"
        is_planned = mine.trigger == Trigger.SCHEDULE
        if again and is_planned and mine.attempts < MOST_ATTEMPTS:
            put_off(mine, scope.now + mine.attempts * TRY_AGAIN, "It is tried again", problem)
            return "put_off"
        end_backup(mine, problem)
    return "failed"
