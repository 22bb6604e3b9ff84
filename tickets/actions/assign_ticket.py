"""A dispatcher gives a ticket to a technician, or back to the queue."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import STAFF_ROLES, Capability
from accounts.models import Membership
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from calcom_portal.common.tenancy import database_now
from notifications.actions import acknowledge_subject
from tickets.ledger import Event, add_fact
from tickets.locks import lock_ticket, move_ticket
from tickets.models import Ticket
from tickets.notices import ASSIGNED, tell
from tickets.states import Move


def assign_ticket(*, ticket: Ticket, technician_id: int | None, actor: Viewer) -> Ticket:
    """Give the ticket to one of the staff; None gives it back to the queue.

    Raises BadInput for somebody who is not one of the provider's active people.
    """
    actor.require(Capability.DISPATCH)
    technician = None if technician_id is None else _technician(technician_id)
    ticket = lock_ticket(ticket)
    move_ticket(ticket, Move.ASSIGN)
    if ticket.assignee_id == technician_id:
        return ticket
    before = ticket.assignee.name if ticket.assignee else ""
    ticket.assignee = technician
    ticket.changed_at = max(database_now(), ticket.changed_at)
    ticket.save(update_fields=["assignee", "changed_at"])
    name = technician.name if technician else ""
    fact = add_fact(ticket, Event.ASSIGNED, actor, person=technician_id, name=name)
    if technician_id == actor.membership_id:
        acknowledge_subject(subject_ref=ticket.reference, actor=actor)
    record(actor, "ticket.assigned", ticket, to=name, before=before)
    if technician is not None:
        tell(ASSIGNED, ticket, [technician.pk], actor, fact)
    return ticket


def _technician(membership_id: int) -> Membership:
    roles = [role.value for role in STAFF_ROLES]
    rows = Membership.objects.filter(pk=membership_id, role__in=roles, is_active=True)
    technician: Membership | None = rows.first()
    if technician is None:
        raise BadInput(
            "That person does not work here any more.",
            field="technician",
            remedy="Choose somebody from the list.",
        )
    return technician
