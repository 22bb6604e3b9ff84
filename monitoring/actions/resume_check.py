"""Ask again."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from monitoring.actions._ways import refuse_retired
from monitoring.models import Check


def resume_check(*, check: Check, actor: Viewer) -> Check:
    """Take a check up again. Raises NotAllowed, RuleBroken for a retired device."""
    actor.require(Capability.MANAGE_MONITORING)
    rows = Check.objects.select_related("device").select_for_update(of=("self",))
    check = rows.get(pk=check.pk)
    if check.paused_at is not None:
        refuse_retired(check.device)
        check.paused_at = None
        check.save(update_fields=["paused_at"])
        record(actor, "check.resumed", check, id=check.pk)
    return check
