"""Open tickets of somebody who leaves, or hands their work over.

Staff have the tickets that are given to them, a customer's people those that they are the contact
of: `Ticket.reporter` is whom we answer. Who reported it first stays in the facts.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from accounts.audit import record
from accounts.handover import InHand
from accounts.models import Membership
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from tickets.ledger import Event, add_fact
from tickets.locks import lock_tickets
from tickets.models import Ticket
from tickets.notices import ASSIGNED, CONTACT_CHANGED, tell
from tickets.querysets import TicketQuerySet


class TicketsInHand:
    """What `accounts.handover` asks of tickets."""

    def held_by(self, person: Membership, most: int) -> Sequence[InHand]:
        """Return the live tickets of a person, the oldest first."""
        rows = _live(person).order_by("number").values_list("reference", "subject")[:most]
        return [
            InHand(reference, subject, reverse("ticket", args=[reference]))
            for reference, subject in rows
        ]

    def hand_over(self, person: Membership, successor: Membership | None, actor: Viewer) -> int:
        """Give every live ticket of a person to the successor, or back to the queue.

        A successor with a limit sees these tickets from now on: they are theirs.
        """
        # All locks before the first fact: see `follow_up.recount`.
        tickets = lock_tickets(list(_live(person).order_by("pk").values_list("pk", flat=True)))
        if person.customer_id is None:
            for ticket in tickets:
                _give(ticket, person, successor, actor)
        elif successor is not None:
            for ticket in tickets:
                _name_contact(ticket, person, successor, actor)
        return len(tickets) if successor or person.customer_id is None else 0


def _live(person: Membership) -> TicketQuerySet[Ticket]:
    rows = Ticket.objects.live()
    if person.customer_id is None:
        return rows.filter(assignee_id=person.pk)
    return rows.filter(customer_id=person.customer_id, reporter_id=person.pk)


def _give(ticket: Ticket, person: Membership, successor: Membership | None, actor: Viewer) -> None:
    ticket.assignee = successor
    ticket.changed_at = max(database_now(), ticket.changed_at)
    ticket.save(update_fields=["assignee", "changed_at"])
    to_id, name = (successor.pk, successor.name) if successor else (None, "")
    fact = add_fact(ticket, Event.ASSIGNED, actor, person=to_id, name=name)
    record(actor, "ticket.assigned", ticket, to=name, before=person.name)
    if successor is not None:
        tell(ASSIGNED, ticket, [successor.pk], actor, fact)


def _name_contact(ticket: Ticket, person: Membership, successor: Membership, actor: Viewer) -> None:
    ticket.reporter = successor
    ticket.changed_at = max(database_now(), ticket.changed_at)
    ticket.save(update_fields=["reporter", "changed_at"])
    fact = add_fact(
        ticket,
        Event.CONTACT,
        actor,
        person=successor.pk,
        name=successor.name,
        before=person.name,
    )
    record(actor, "ticket.contact_changed", ticket, to=successor.name, before=person.name)
    tell(CONTACT_CHANGED, ticket, [successor.pk], actor, fact, before=person.name)
