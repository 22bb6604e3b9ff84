"""The words by which tickets are found. A trigger of the tickets' table keeps them."""

from __future__ import annotations

from django.db import models

from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey
from tickets.models.ticket import Ticket


class TicketWord(CustomerOwned):
    """One word of a ticket's subject; see `calcom_portal.common.words`."""

    reached_through = "ticket"

    ticket = OwnedForeignKey(Ticket, related_name="+")
    word = models.TextField(db_collation="C")

    class Meta(CustomerOwned.Meta):
        indexes = (
            models.Index(fields=["provider", "word", "ticket"], name="ticket_word"),
            models.Index(
                fields=["provider", "customer", "word", "ticket"], name="ticket_word_of_customer"
            ),
        )
