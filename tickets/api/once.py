"""Acting on the ticket that the caller has seen."""

from __future__ import annotations

from rest_framework.request import Request

from accounts.api import viewer_in
from calcom_portal.common.api.conditions import refuse_stale, wants_match
from tickets.api.shapes import shown_ticket, version_of
from tickets.locks import lock_tickets
from tickets.models import Ticket


def seen_ticket(request: Request, reference: str, *also_locked: Ticket | None) -> Ticket:
    """Return the ticket to act on. With If-Match it is locked first, so that nobody overtakes.

    `also_locked`: others that the action will lock, in the one order of locks. Raises Missing,
    Stale.
    """
    viewer = viewer_in(request)
    ticket = shown_ticket(viewer, reference)
    if wants_match(request):
        lock_tickets([ticket.pk, *(other.pk for other in also_locked if other is not None)])
        ticket = shown_ticket(viewer, reference)
        refuse_stale(request, version_of(ticket), f"Ticket {ticket.reference}")
    return ticket
