"""The fresh backup that a service ends with (clause BACKUP)."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.errors import Missing
from calcom_portal.common.pages import go, is_htmx, part
from tickets.access import access_ticket
from tickets.models import Ticket
from upkeep.actions.ask_backup import ask_backup
from upkeep.models import Trigger
from upkeep.services import ServiceBackup, backup_asked

TAKE = Capability.TAKE_BACKUPS


@needs(TAKE)
@require_http_methods(["GET", "POST"])
def ticket_backup(request: ViewerRequest, ref: str, device_id: int) -> HttpResponse:
    """Take the backup now (POST), and how far it is; the part asks again until it knows."""
    ticket = access_ticket(request.viewer, ref)
    asked = _asked(ticket, device_id)
    if request.method == "POST":
        ask_backup(
            device=asked.device, trigger=Trigger.SERVICE, ticket=ticket, actor=request.viewer
        )
        asked = _asked(ticket, device_id)
    if not is_htmx(request):
        return go(request, reverse("ticket_resolve", args=[ref]))
    return part(request, "upkeep/backups/_service.html", {"asked": asked})


def _asked(ticket: Ticket, device_id: int) -> ServiceBackup:
    asked = backup_asked(ticket, device_id)
    if asked is None:
        raise Missing(
            f"{ticket.reference} asks for no backup of that system.",
            remedy="Look for the systems that it asks for where it is resolved.",
        )
    return asked
