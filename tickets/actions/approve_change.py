"""An authorised person of the customer approves a programming change."""

from __future__ import annotations

from accounts.audit import record
from accounts.viewer import Viewer
from calcom_portal.common.errors import NotAllowed, RuleBroken
from calcom_portal.common.tenancy import database_now
from tickets.approval import Approval
from tickets.ledger import Event, add_fact
from tickets.locks import lock_ticket
from tickets.models import Ticket
from tickets.notices import APPROVED, tell
from tickets.people import customer_side, our_side


def approve_change(*, ticket: Ticket, actor: Viewer) -> Ticket:
    """Approve the change, so that it can be scheduled. Approving again changes nothing.

    Raises NotAllowed for anybody whom the customer has not named, RuleBroken where nothing waits
    for an approval.
    """
    if not (actor.is_customer and actor.may_approve_changes):
        raise NotAllowed(
            f"{actor.name} is not authorised to approve changes.",
            remedy="Ask an administrator of the customer who is.",
        )
    ticket = lock_ticket(ticket)
    if ticket.approval == Approval.GIVEN:
        return ticket
    if ticket.approval != Approval.NEEDED or not ticket.is_live:
        raise RuleBroken(
            f"Nothing about ticket {ticket.reference} waits for an approval.",
            remedy="Look at the ticket again: it may have moved on since you opened the page.",
        )
    ticket.approval = Approval.GIVEN.value
    ticket.changed_at = max(database_now(), ticket.changed_at)
    ticket.save(update_fields=["approval", "changed_at"])
    fact = add_fact(ticket, Event.APPROVED, actor, person=actor.membership_id, name=actor.name)
    record(actor, "ticket.approved", ticket)
    tell(APPROVED, ticket, [*our_side(ticket), *customer_side(ticket)], actor, fact)
    return ticket
