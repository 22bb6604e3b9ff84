"""Rehearsing the newest backup of a system now."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from contracts.models import Device
from upkeep.actions._restores import hurry
from upkeep.models import Restore, RestoreKind, RestoreState
from upkeep.restores.choosing import newest_to_rehearse

UNFINISHED = (RestoreState.RUNNING,)


@transaction.atomic
def start_rehearsal(*, device: Device, actor: Viewer) -> Restore:
    """Have the newest checked backup restored beside the system, which notices nothing.

    Raises NotAllowed, and RuleBroken where there is no such backup, or a rehearsal goes on.
    """
    actor.require(Capability.RESTORE_SYSTEMS)
    device = Device.objects.select_for_update().get(pk=device.pk)
    of_device = Restore.objects.filter(device=device, kind=RestoreKind.REHEARSAL)
    if of_device.filter(state__in=UNFINISHED).exists():
        raise RuleBroken(f"A rehearsal of {device.name} goes on.", remedy="Wait for its end.")
    backup = newest_to_rehearse(device.pk)
    if backup is None:
        raise RuleBroken(
            f"{device.name} has no backup that a rehearsal could restore.",
            remedy="Take a backup first.",
        )
    now = database_now()
    rehearsal = Restore.objects.create(
        provider_id=device.provider_id,
        customer_id=device.customer_id,
        device=device,
        backup=backup,
        kind=RestoreKind.REHEARSAL.value,
        state=RestoreState.RUNNING.value,
        asked_by_id=actor.membership_id,
        asked_at=now,
        look_at=now,
    )
    record(actor, "rehearsal.started", rehearsal, id=rehearsal.pk, backup=backup.name)
    hurry()
    return rehearsal
