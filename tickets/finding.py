"""What the search box finds here: tickets, by number or by the words of their subject."""

from __future__ import annotations

from django.urls import reverse

from accounts.search import MOST_HITS, Group, Hit, in_order
from accounts.viewer import Viewer
from calcom_portal.common.words import WordTable, find_by_words
from tickets.models import Ticket
from tickets.search import number_in
from tickets.states import State

WORDS = WordTable("tickets_ticketword", "ticket_id")


def find_tickets(viewer: Viewer, words: str) -> Group:
    """Find tickets, the newest first; a number finds its ticket before all others."""
    visible = Ticket.objects.visible_to(viewer)
    found = find_by_words(WORDS, words, limit=MOST_HITS)
    ids = found.ids
    if (number := number_in(words)) is not None:
        named = list(visible.filter(number=number).values_list("pk", flat=True))
        ids = [*named, *(pk for pk in ids if pk not in named)][:MOST_HITS]
    rows = in_order(visible.select_related("customer"), ids)
    hits = [_hit(row, viewer) for row in rows]
    return Group("Tickets", "message-square", hits, is_partial=found.is_partial)


def _hit(ticket: Ticket, viewer: Viewer) -> Hit:
    return Hit(
        f"{ticket.reference} {ticket.subject}",
        reverse("ticket", args=[ticket.reference]),
        "" if viewer.is_customer else ticket.customer.name,
        State(ticket.state).label,
        ticket.reference,
    )
