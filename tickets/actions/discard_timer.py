"""Throw a running timer away: nothing is logged."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from tickets.models import LabourTimer, Ticket


def discard_timer(*, ticket: Ticket, actor: Viewer) -> None:
    """End the actor's timer on a ticket without logging anything. Raises NotAllowed."""
    actor.require(Capability.LOG_LABOUR)
    rows = LabourTimer.objects.filter(technician_id=actor.membership_id, ticket_id=ticket.pk)
    if rows.delete()[0]:
        record(actor, "labour.timer_discarded", ticket)
