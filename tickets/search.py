"""Finding tickets by reference, customer or words of the subject, in bounded time.

Row policies keep PostgreSQL from using a text index here (its operators are not leakproof), so a
text search walks rows; it walks a bounded number of them, and the pages say so.
"""

from __future__ import annotations

import re

from django.db.models import Max, Q

from accounts.models import Customer
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet

REFERENCE = re.compile(r"(?:[A-Za-z]{1,6}-)?([1-9][0-9]{0,15})")
SEARCHED = 20_000
CUSTOMERS = 50


def matching_live(rows: TicketQuerySet[Ticket], words: str) -> TicketQuerySet[Ticket]:
    """Keep live tickets that match; subjects are searched among those that are due first."""
    window = rows.in_dispatch_order().values("pk")[:SEARCHED]
    return rows.filter(Q(pk__in=window, subject__icontains=words) | _known(words))


def matching(rows: TicketQuerySet[Ticket], words: str) -> TicketQuerySet[Ticket]:
    """Keep tickets that match; the subjects of the newest ones are searched."""
    newest = rows.aggregate(newest=Max("number"))["newest"] or 0
    return rows.filter(Q(number__gt=newest - SEARCHED, subject__icontains=words) | _known(words))


def number_in(words: str) -> int | None:
    """Return the ticket number that the words are, if they are one ("CC-1042", "1042")."""
    match = REFERENCE.fullmatch(words.strip())
    return int(match[1]) if match else None


def _known(words: str) -> Q:
    """Return the condition that an index answers: the number, or a customer of that name."""
    number = number_in(words)
    if number is not None:
        return Q(number=number)
    # Names are few: a list of ids lets the tickets come from their index by customer.
    names = Customer.objects.filter(name__icontains=words).values_list("pk", flat=True)
    return Q(customer_id__in=list(names[:CUSTOMERS]))
