"""An internal note: for us only. Never a response."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.files import IncomingFile
from calcom_portal.common.tenancy import database_now
from tickets.locks import lock_ticket
from tickets.models import Message, Ticket
from tickets.talk import write_message


def add_note(
    *, ticket: Ticket, text: str, files: Sequence[IncomingFile] = (), actor: Viewer
) -> Message:
    """Write an internal note, in any state of the ticket. No clock moves."""
    actor.require(Capability.WORK_TICKETS)
    ticket = lock_ticket(ticket)
    message = write_message(ticket, text, actor, files, internal=True)
    ticket.changed_at = max(database_now(), ticket.changed_at)
    ticket.save(update_fields=["changed_at"])
    record(actor, "ticket.noted", ticket, files=len(files))
    return message
