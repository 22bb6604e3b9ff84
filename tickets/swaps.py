"""Open tickets of a device that is replaced go on with the new one."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.audit import record
from accounts.viewer import Viewer
from contracts.models import Device
from tickets.locks import lock_tickets
from tickets.models import Ticket
from tickets.states import LIVE


def open_for_device(device: Device) -> int:
    """Return how many tickets of a device are open."""
    return _open(device).count()


def follow_device(old: Device, new: Device, actor: Viewer) -> None:
    """Put every open ticket of `old` on `new`. What was promised stays: it is frozen."""
    ids = sorted(_open(old).values_list("pk", flat=True))
    for ticket in lock_tickets(ids):
        ticket.device = new
        ticket.save(update_fields=["device"])
        record(actor, "ticket.device_changed", ticket, before=old.pk, after=new.pk)


def _open(device: Device) -> QuerySet[Ticket]:
    return Ticket.objects.filter(device=device, state__in=[state.value for state in LIVE])
