"""A service ends without a fresh backup, for a reason that a named person gives."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from contracts.models import Device
from tickets.models import Ticket
from tickets.text import checked_line
from upkeep.models import BackupWaiver

REASON_LIMIT = 500


def waive_backup(*, ticket: Ticket, device: Device, reason: str, actor: Viewer) -> BackupWaiver:
    """Write down why `device` is left without a fresh backup; the customer reads it.

    Raises NotAllowed for those who may take no backups, BadInput without a reason.
    """
    actor.require(Capability.TAKE_BACKUPS)
    reason = checked_line(
        reason, field=f"backup-{device.pk}", what="The reason", limit=REASON_LIMIT
    )
    waiver = BackupWaiver.objects.create(
        provider_id=ticket.provider_id,
        customer_id=ticket.customer_id,
        ticket=ticket,
        device=device,
        reason=reason,
        given_by_id=actor.membership_id,
        given_name=actor.name,
        given_at=database_now(),
    )
    record(actor, "backup.waived", ticket, device=device.pk)
    return waiver
