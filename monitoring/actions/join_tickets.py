"""Two tickets of one outage become one."""

from __future__ import annotations

from accounts.capabilities import Capability
from accounts.viewer import Viewer
from monitoring.models import Incident
from monitoring.outage_words import plain
from tickets.actions import merge_tickets, report_on_ticket
from tickets.models import Ticket

REASON = "{device} before it is down: one outage"
SEEN = "{device} before it is down too: see {reference}."


def join_tickets(*, incident: Incident, actor: Viewer) -> None:
    """Merge the ticket of an incident into that of the equipment before it.

    One that somebody has taken up stays, with a word about the other. Nothing happens where either
    has no ticket that is still open.
    """
    actor.require(Capability.RUN_CLOCK)
    own, root = incident.ticket, incident.parent
    if own is None or root is None or root.ticket is None or root.ticket_id == own.pk:
        return
    if not own.is_live or not root.ticket.is_live:
        return
    if is_untouched(own):
        reason = REASON.format(device=root.device.name)[:240]
        merge_tickets(child=own, target=root.ticket, reason=reason, actor=actor)
        return
    text = SEEN.format(device=plain(root.device.name), reference=root.ticket.reference)
    report_on_ticket(ticket=own, text=text, actor=actor)


def is_untouched(ticket: Ticket) -> bool:
    """Has nobody taken a ticket up yet?"""
    return ticket.assignee_id is None and ticket.responded_at is None
