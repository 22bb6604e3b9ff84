"""Begin to take in what a system sends by itself."""

from __future__ import annotations

from uuid import uuid4

from django.db import IntegrityError, transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from upkeep.backups.uploads import end_broken_uploads
from upkeep.backups.writing import LEASE
from upkeep.models import Backup, BackupPlan, BackupState, Trigger
from upkeep.store.names import new_name


@transaction.atomic
def begin_upload(*, plan: BackupPlan, file_name: str, actor: Viewer) -> Backup:
    """Return the backup that the file becomes. It is looked at again when nothing more is heard.

    Raises RuleBroken while another backup of the system is taken.
    """
    actor.require(Capability.TAKE_BACKUPS)
    now = database_now()
    end_broken_uploads(plan.device_id)
    try:
        with transaction.atomic():
            backup: Backup = Backup.objects.create(
                provider_id=plan.provider_id,
                customer_id=plan.customer_id,
                device_id=plan.device_id,
                plan=plan,
                name=new_name(now),
                trigger=Trigger.PUSHED,
                state=BackupState.RUNNING,
                step=f"Receiving {file_name}"[:160],
                attempts=1,
                token=uuid4().hex,
                asked_at=now,
                begun_at=now,
                look_at=now + LEASE,
            )
    except IntegrityError as error:
        raise RuleBroken(
            "Another backup of this system is being taken.", remedy="Send it again later."
        ) from error
    record(actor, "backup.received", backup, device=plan.device_id, name=backup.name)
    return backup
