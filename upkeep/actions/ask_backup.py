"""Ask for a backup of a system: a row, which a keeper takes within seconds."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from calcom_portal.common.wakeup import wake
from contracts.models import Device
from tickets.models import Ticket
from upkeep.models import Backup, BackupDriver, BackupPlan, BackupState
from upkeep.services import FETCHING
from upkeep.store.names import new_name

TAKE = "upkeep.take_backups"


@transaction.atomic
def ask_backup(
    *, device: Device, trigger: str, ticket: Ticket | None = None, actor: Viewer
) -> Backup:
    """Write down that a backup is wanted, and for what; look at the row to see what became of it.

    One that waits for the same reason is returned again. Raises NotAllowed; RuleBroken for a system
    whose data we do not fetch, or that is out of service.
    """
    actor.require(Capability.TAKE_BACKUPS)
    plan = _locked_plan(device)
    waiting: Backup | None = Backup.objects.filter(
        device=device, state=BackupState.WAITING.value, trigger=trigger, ticket=ticket
    ).first()
    if waiting is not None:
        wake(TAKE)
        return waiting
    now = database_now()
    backup: Backup = Backup.objects.create(
        provider_id=device.provider_id,
        customer_id=device.customer_id,
        device=device,
        plan=plan,
        name=new_name(now),
        trigger=trigger,
        ticket=ticket,
        asked_by_id=actor.membership_id,
        asked_at=now,
        look_at=now,
        step="Waits for its turn",
    )
    record(actor, "backup.asked", backup, device=device.pk, trigger=trigger)
    wake(TAKE)
    return backup


def _locked_plan(device: Device) -> BackupPlan:
    # The lock of the plan: who asks twice at the same moment gets one backup.
    rows = BackupPlan.objects.select_for_update(no_key=True, of=("self",))
    plan = rows.filter(device=device).first()
    if plan is None:
        raise RuleBroken(
            f"{device.name} is not backed up.", remedy="Plan its backups on its page first."
        )
    if device.retired_on is not None:
        raise RuleBroken(f"{device.name} is out of service: there is nothing to back up.")
    if plan.driver not in FETCHING:
        raise RuleBroken(
            f"The portal does not fetch the data of {device.name} by itself.",
            remedy=REMEDIES[plan.driver],
        )
    return plan


REMEDIES = {
    BackupDriver.DROP.value: "Start a backup on the system: it sends it here.",
    BackupDriver.MANUAL.value: "Bring the file: upload it on the page of its backups.",
}
