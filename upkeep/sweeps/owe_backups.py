"""Writes down the backups that are owed by the plans of systems. By rows, side by side."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now, system_scope
from upkeep.actions.ask_backup import ask_backup
from upkeep.backups.ends import WORKER
from upkeep.backups.timing import earliest, next_due
from upkeep.models import Backup, BackupPlan, BackupState, Trigger
from upkeep.planned import hours_of

log = logging.getLogger(__name__)

REASON = "write down the backups that are owed"
BATCH = 200
OPEN = (BackupState.WAITING.value, BackupState.RUNNING.value)


@dataclass(frozen=True, slots=True)
class OweCount:
    """What a sweep did with the plans that were due."""

    asked: int = 0
    put_off: int = 0


def owe_backups(limit: int = BATCH) -> OweCount:
    """Ask for a backup of every system that is owed one, and set when the next is."""
    with system_scope(REASON):
        now = database_now()
        rows = BackupPlan.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        due = rows.filter(due_at__lte=now, paused_at=None, provider__suspended_at=None)
        due = due.select_related("device__site").order_by("due_at", "pk")
        asked = [_owe(plan, now) for plan in due[:limit]]
    return OweCount(asked.count(True), asked.count(False))


def _owe(plan: BackupPlan, now: datetime) -> bool:
    hours = hours_of(plan)
    begins = earliest(now, hours)
    if begins > now:
        # We were away in its hours: in the next ones then.
        _due(plan, begins)
        return False
    is_owed = plan.every_hours is not None and plan.device.retired_on is None
    if is_owed and not _is_under_way(plan):
        _ask(plan)
    every = timedelta(hours=plan.every_hours or 0)
    _due(plan, next_due(plan.due_at or now, every, now, hours) if is_owed else None)
    return is_owed


def _ask(plan: BackupPlan) -> None:
    actor = Viewer.system(WORKER, provider_id=plan.provider_id)
    try:
        with transaction.atomic():
            ask_backup(device=plan.device, trigger=Trigger.SCHEDULE, actor=actor)
    except RuleBroken as refusal:
        log.warning("backup.not_owed plan=%s why=%s", plan.pk, refusal.code)


def _is_under_way(plan: BackupPlan) -> bool:
    """Does the last planned one still wait, or run? Then a second one would be of no use."""
    rows = Backup.objects.filter(device=plan.device_id, trigger=Trigger.SCHEDULE, state__in=OPEN)
    return rows.exists()


def _due(plan: BackupPlan, at: datetime | None) -> None:
    plan.due_at = at
    plan.save(update_fields=["due_at"])
