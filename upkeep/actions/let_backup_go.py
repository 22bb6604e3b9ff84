"""A backup need not be kept any longer for the work that it was taken around."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from tickets.text import checked_line
from upkeep.backups.keeping import AROUND
from upkeep.backups.kept_rows import kept_rows
from upkeep.models import Backup

REASON_LIMIT = 300


@transaction.atomic
def let_backup_go(*, backup: Backup, reason: str, actor: Viewer) -> Backup:
    """Take the reason "around work" from a stored backup; the others decide over it from now on.

    Nothing is removed here: the rule does that, and keeps the newest verified ones all the same.
    Raises BadInput without a reason, RuleBroken for one that is not kept around work.
    """
    actor.require(Capability.MANAGE_COMPANY)
    reason = checked_line(reason, field="reason", what="The reason", limit=REASON_LIMIT)
    backup = Backup.objects.select_for_update(no_key=True).get(pk=backup.pk)
    now = database_now()
    if AROUND not in kept_rows(backup.device_id, now).reasons.get(backup.pk, ()):
        raise RuleBroken(
            f"Backup {backup.name} is not kept for work around it.",
            remedy="Nothing is to be released: the other reasons decide over it.",
        )
    backup.released_at = now
    backup.save(update_fields=["released_at"])
    record(actor, "backup.let_go", backup, reason=reason)
    return backup
