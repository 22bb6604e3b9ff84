"""Finds systems that have had no good backup for too long: a ticket, and a word to our people.

Clause BACKUP. Once for each time that it is missed: a good backup ends it, and counts anew.
"""

from __future__ import annotations

import logging

from django.db import transaction

from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now, system_scope
from notifications.alarms import raise_alarm
from upkeep.actions.miss_backup import miss_backup
from upkeep.backups.ends import WORKER
from upkeep.models import BackupPlan

log = logging.getLogger(__name__)

REASON = "find systems without a good backup"
KIND = "backup_alarm_stuck"
BATCH = 100


def miss_backups(limit: int = BATCH) -> int:
    """Raise the alarms that are due; return how many."""
    with system_scope(REASON):
        due = BackupPlan.objects.filter(
            alarm_at__lte=database_now(),
            paused_at=None,
            device__retired_on=None,
            provider__suspended_at=None,
        )
        ids = list(due.order_by("alarm_at", "pk").values_list("pk", flat=True)[:limit])
    return sum(_miss(pk) for pk in ids)


def _miss(plan_id: int) -> bool:
    with system_scope(REASON):
        rows = BackupPlan.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        rows = rows.select_related("device__site", "customer", "ticket")
        plan = rows.filter(pk=plan_id, alarm_at__lte=database_now()).first()
        if plan is None:
            return False
        try:
            with transaction.atomic():
                miss_backup(plan=plan, actor=Viewer.system(WORKER, provider_id=plan.provider_id))
        except Exception as error:
            log.exception("backup.alarm_stuck plan=%s", plan_id)
            detail = f"It could not be raised: {type(error).__name__}. It is tried again by itself."
            raise_alarm(plan.provider_id, KIND, f"Backups of {plan.device.name}", detail)
            return False
        return True
