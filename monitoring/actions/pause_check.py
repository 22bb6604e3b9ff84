"""Stop asking for a while."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from monitoring.models import Check


def pause_check(*, check: Check, actor: Viewer) -> Check:
    """Pause a check: it is not asked, and opens nothing. What it went through stays.

    Raises NotAllowed. A paused check stays as it is.
    """
    actor.require(Capability.MANAGE_MONITORING)
    check = Check.objects.select_for_update().get(pk=check.pk)
    if check.paused_at is None:
        check.paused_at = database_now()
        check.save(update_fields=["paused_at"])
        record(actor, "check.paused", check, id=check.pk)
    return check
