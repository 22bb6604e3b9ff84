"""Take a system's account of the drop away."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from upkeep.models import BackupPlan


@transaction.atomic
def close_drop_account(*, plan: BackupPlan, actor: Viewer) -> BackupPlan:
    """Let nobody put files for this system any more; what was put stays.

    Raises NotAllowed, and RuleBroken where there is no account.
    """
    actor.require(Capability.MANAGE_BACKUPS)
    plan = BackupPlan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    if not plan.drop_name:
        raise RuleBroken("This system has no account to send backups with.")
    plan.drop_name = plan.drop_secret_hash = plan.drop_keys = ""
    plan.save(update_fields=["drop_name", "drop_secret_hash", "drop_keys"])
    record(actor, "drop_account.closed", plan, device=plan.device_id)
    return plan
