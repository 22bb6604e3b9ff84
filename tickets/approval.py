"""Whether a programming change has to be approved by the customer's authorised contact.

A customer names people as authorised for changes, or nobody: then nothing waits. What they ask for
themselves is approved by asking.
"""

from __future__ import annotations

from enum import StrEnum

from django.db.models import QuerySet

from accounts.models import Membership
from calcom_portal.common.errors import RuleBroken
from tickets.models import Kind, Ticket
from tickets.people import seeing


class Approval(StrEnum):
    """Where a change stands; empty where none is asked for."""

    NEEDED = "needed"
    GIVEN = "given"


def approvers_of(ticket: Ticket) -> QuerySet[Membership]:
    """Return who may approve: authorised, active, and not kept from the ticket by a limit."""
    rows = Membership.objects.filter(
        seeing(ticket), customer_id=ticket.customer_id, may_approve_changes=True, is_active=True
    )
    return rows.order_by("name", "pk")


def approval_for(ticket: Ticket) -> tuple[str, list[int]]:
    """Return how a new ticket begins, and who is asked to approve it."""
    if ticket.kind != Kind.PROGRAMMING:
        return "", []
    approvers = list(approvers_of(ticket).values_list("pk", flat=True))
    if not approvers or ticket.reporter_id in approvers:
        return "", []
    return Approval.NEEDED.value, approvers


def refuse_unapproved(ticket: Ticket) -> None:
    """Raise RuleBroken while somebody of the customer has to approve the change."""
    if ticket.approval == Approval.NEEDED:
        names = " or ".join(approvers_of(ticket).values_list("name", flat=True)[:3])
        raise RuleBroken(
            f"Ticket {ticket.reference} needs approval by {names or 'the customer'} first.",
            remedy="They can approve it on the ticket's page; ask them in a reply.",
        )
