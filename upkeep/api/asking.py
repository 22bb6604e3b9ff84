"""Asking for a backup by a call."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request

from accounts.api import viewer_in
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.api.fields import IdField, LineField
from calcom_portal.common.api.serializers import StrictSerializer, read
from calcom_portal.common.errors import BadInput, Missing
from contracts.models import Device
from tickets.access import access_ticket
from tickets.models import Ticket
from upkeep.actions.ask_backup import ask_backup
from upkeep.models import Backup, Trigger
from upkeep.services import backup_asked


class BackupInput(StrictSerializer):
    """Of which system a backup is wanted, and for which work."""

    device = IdField()
    ticket = LineField(
        max_length=20, required=False, help_text="The ticket that cannot end without it."
    )


def asked_backup(request: Request) -> Backup:
    """Ask for the backup that a call names. Raises BadInput for a field, and what the action does.

    Nobody else's device or ticket can be told from one that is not there.
    """
    viewer = viewer_in(request)
    viewer.require(Capability.TAKE_BACKUPS)
    values: dict[str, Any] = read(BackupInput, request.data)
    device = Device.objects.filter(pk=values["device"]).first()
    if device is None:
        raise BadInput("There is no such device.", field="device", remedy="Check the id.")
    ticket = _ticket(viewer, values["ticket"], device) if "ticket" in values else None
    trigger = Trigger.SERVICE if ticket is not None else Trigger.BY_HAND
    return ask_backup(device=device, trigger=trigger, ticket=ticket, actor=viewer)


def _ticket(viewer: Viewer, reference: str, device: Device) -> Ticket:
    try:
        ticket = access_ticket(viewer, reference)
    except Missing as error:
        raise BadInput(error.message, field="ticket", remedy=error.remedy) from error
    if backup_asked(ticket, device.pk) is None:
        raise BadInput(
            f"{ticket.reference} asks for no backup of {device.name}.",
            field="ticket",
            remedy="Leave it out: the backup is taken by hand then.",
        )
    return ticket
