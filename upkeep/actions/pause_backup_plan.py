"""Take no backups of a system for a while, and expect none."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from upkeep.models import BackupPlan


@transaction.atomic
def pause_backup_plan(*, plan: BackupPlan, actor: Viewer) -> BackupPlan:
    """Pause a plan: nothing is taken by itself, and no alarm is raised. Raises NotAllowed."""
    actor.require(Capability.MANAGE_BACKUPS)
    plan = BackupPlan.objects.select_for_update(no_key=True, of=("self",)).get(pk=plan.pk)
    if plan.paused_at is not None:
        raise RuleBroken("These backups are paused already.")
    plan.paused_at, plan.due_at, plan.alarm_at = database_now(), None, None
    plan.save(update_fields=["paused_at", "due_at", "alarm_at"])
    record(actor, "backup_plan.paused", plan, device=plan.device_id)
    return plan
