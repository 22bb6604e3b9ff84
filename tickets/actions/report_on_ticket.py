"""A worker's public word on a ticket, such as that the equipment answers again."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from tickets.locks import lock_ticket
from tickets.models import Message, Ticket
from tickets.talk import write_message


def report_on_ticket(*, ticket: Ticket, text: str, actor: Viewer) -> Message:
    """Write for both sides what a worker saw, in any state of the ticket.

    No clock moves: what comes by itself is never a response (clause RESPONSE). Nobody is told.
    """
    actor.require(Capability.RUN_CLOCK)
    ticket = lock_ticket(ticket)
    message = write_message(ticket, text, actor)
    ticket.changed_at = max(database_now(), ticket.changed_at)
    ticket.save(update_fields=["changed_at"])
    record(actor, "ticket.reported_on", ticket)
    return message
