"""Who gets copies."""

from __future__ import annotations

from django.db.models import Q

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.models import Membership
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from tickets.locks import lock_ticket
from tickets.models import Ticket, Watcher
from tickets.people import seeing


def watch_ticket(*, ticket: Ticket, membership_id: int, actor: Viewer) -> None:
    """Send copies to a colleague of the ticket's customer; staff may add one of the staff too.

    Adding somebody twice changes nothing. Raises BadInput for anybody else.
    """
    actor.require(Capability.REPLY)
    ticket = lock_ticket(ticket)
    person = _person(ticket, membership_id, actor)
    _, is_new = Watcher.objects.get_or_create(
        provider_id=ticket.provider_id,
        ticket_id=ticket.pk,
        membership_id=person.pk,
        defaults={"customer_id": ticket.customer_id},
    )
    if is_new:
        record(actor, "ticket.watched", ticket, person=person.name)


def unwatch_ticket(*, ticket: Ticket, membership_id: int, actor: Viewer) -> None:
    """Send no more copies to somebody. Customers take off their colleagues only."""
    actor.require(Capability.REPLY)
    ticket = lock_ticket(ticket)
    rows = Watcher.objects.filter(ticket_id=ticket.pk, membership_id=membership_id)
    if actor.is_customer:
        rows = rows.filter(membership__customer_id=ticket.customer_id)
    removed, _ = rows.delete()
    if removed:
        record(actor, "ticket.unwatched", ticket, person=membership_id)


def _person(ticket: Ticket, membership_id: int, actor: Viewer) -> Membership:
    allowed = Q(customer_id=ticket.customer_id) & seeing(ticket)
    if not actor.is_customer:
        allowed |= Q(customer_id__isnull=True)
    person: Membership | None = Membership.objects.filter(
        allowed, pk=membership_id, is_active=True
    ).first()
    if person is None:
        raise BadInput(
            "Copies go to colleagues of the customer only, and to those who see the ticket.",
            field="person",
            remedy="Choose somebody from the list.",
        )
    return person
