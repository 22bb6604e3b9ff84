"""Facts without the names of people whose names were erased. The stored facts stay as sealed."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import Membership
from accounts.offboarding import FORMER
from tickets.models import Fact, Ticket

NAMES = ("name", "before")


def as_erased(ticket: Ticket, facts: Sequence[Fact]) -> Sequence[Fact]:
    """Return the facts of a ticket as they may be shown."""
    if ticket.customer.erased_at is None:
        return facts
    rows = Membership.objects.filter(customer_id=ticket.customer_id)
    people = set(rows.values_list("pk", flat=True))
    for fact in facts:
        if fact.actor_id in people:
            fact.actor_name = FORMER
        if fact.details.get("person") in people:
            fact.details |= {name: FORMER for name in NAMES if name in fact.details}
    return facts
