"""Ask again."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from monitoring.actions._ways import refuse_retired
from monitoring.heartbeats import silent_after
from monitoring.models import Check


def resume_check(*, check: Check, actor: Viewer) -> Check:
    """Take a check up again. Raises NotAllowed, RuleBroken for a retired device."""
    actor.require(Capability.MANAGE_MONITORING)
    rows = Check.objects.select_related("device").select_for_update(of=("self",))
    check = rows.get(pk=check.pk)
    if check.paused_at is not None:
        refuse_retired(check.device)
        check.paused_at = None
        if check.silent_from is not None:
            # It may not have reported meanwhile, and has as long as ever to do so.
            check.silent_from = silent_after(check, database_now())
        check.save(update_fields=["paused_at", "silent_from"])
        record(actor, "check.resumed", check, id=check.pk)
    return check
