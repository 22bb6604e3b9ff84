"""Cancelling planned work, also while it goes on."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from monitoring.actions._work import look_again
from monitoring.models import Maintenance


def cancel_maintenance(*, work: Maintenance, actor: Viewer) -> Maintenance:
    """Let no window of the work count any more; what is silent now is looked at at once.

    Raises RuleBroken when it was cancelled already.
    """
    actor.require(Capability.MANAGE_MONITORING)
    work = lock_work(work)
    work.cancelled_at = database_now()
    work.save(update_fields=["cancelled_at"])
    look_again(work.customer_id)
    record(actor, "maintenance.cancelled", work, id=work.pk)
    return work


def lock_work(work: Maintenance) -> Maintenance:
    """Return the work as it is now, locked. Raises RuleBroken for what was cancelled."""
    found: Maintenance = Maintenance.objects.select_for_update(no_key=True).get(pk=work.pk)
    if found.cancelled_at is not None:
        raise RuleBroken(
            f"“{found.title}” was cancelled already.", remedy="Plan the work anew if it is done."
        )
    return found
