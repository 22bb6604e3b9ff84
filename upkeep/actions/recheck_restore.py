"""Looking at the system once more before a restore is confirmed."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from upkeep.actions._restores import book_findings, hurry, lock_restore
from upkeep.models import Restore, RestoreState


@transaction.atomic
def recheck_restore(*, restore: Restore, actor: Viewer) -> Restore:
    """Forget what the preflight found, and have it made again. Raises NotAllowed, RuleBroken."""
    actor.require(Capability.RESTORE_SYSTEMS)
    restore = lock_restore(restore, RestoreState.PREPARED)
    restore.findings = book_findings(restore.backup, restore.parts)
    restore.checked_at, restore.look_at = None, database_now()
    restore.problem = ""
    restore.save(update_fields=["findings", "checked_at", "look_at", "problem"])
    record(actor, "restore.checked_again", restore, id=restore.pk)
    hurry()
    return restore
