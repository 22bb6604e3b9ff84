"""Start to count the time that a technician works on a ticket."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from tickets.models import LabourTimer, Ticket


def start_timer(*, ticket: Ticket, actor: Viewer) -> LabourTimer:
    """Start the actor's one timer. It runs on, whatever the browser does, until work is logged.

    Starting it twice on the same ticket changes nothing. Raises NotAllowed, and RuleBroken while it
    runs on another ticket.
    """
    actor.require(Capability.LOG_LABOUR)
    if running := timer_of(actor):
        return _on_the_same(running, ticket)
    try:
        with transaction.atomic():
            timer: LabourTimer = LabourTimer.objects.create(
                provider_id=ticket.provider_id,
                customer_id=ticket.customer_id,
                technician_id=actor.membership_id or 0,
                ticket=ticket,
                started_at=database_now(),
            )
    except IntegrityError:
        # Started in another window at the same moment.
        return start_timer(ticket=ticket, actor=actor)
    record(actor, "labour.timer_started", ticket)
    return timer


def timer_of(viewer: Viewer) -> LabourTimer | None:
    """Return the viewer's running timer with its ticket."""
    rows = LabourTimer.objects.select_related("ticket")
    return rows.filter(technician_id=viewer.membership_id).first()


def _on_the_same(running: LabourTimer, ticket: Ticket) -> LabourTimer:
    if running.ticket_id != ticket.pk:
        raise RuleBroken(
            f"Your timer is running on {running.ticket.reference}.",
            remedy="Stop it there first, by logging the time or throwing it away.",
        )
    return running
