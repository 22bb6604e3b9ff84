"""Take backups of a system again."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from upkeep.backups.timing import earliest
from upkeep.models import BackupPlan
from upkeep.planned import hours_of


@transaction.atomic
def resume_backup_plan(*, plan: BackupPlan, actor: Viewer) -> BackupPlan:
    """Go on with a plan: the next backup is due in its next hours. Raises NotAllowed."""
    actor.require(Capability.MANAGE_BACKUPS)
    rows = BackupPlan.objects.select_for_update(no_key=True, of=("self",))
    plan = rows.select_related("device__site").get(pk=plan.pk)
    if plan.paused_at is None:
        raise RuleBroken("These backups are not paused.")
    now = database_now()
    plan.paused_at, plan.alarmed_at = None, None
    plan.due_at = earliest(now, hours_of(plan)) if plan.every_hours else None
    plan.alarm_at = now + timedelta(hours=plan.expected_hours)
    plan.save(update_fields=["paused_at", "due_at", "alarm_at", "alarmed_at"])
    record(actor, "backup_plan.resumed", plan, device=plan.device_id)
    return plan
