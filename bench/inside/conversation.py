"""Give one open ticket a conversation by the product's own actions; prints its reference."""

from __future__ import annotations

import json
import sys

from accounts.capabilities import Role
from accounts.identity import viewer_of
from accounts.models import Customer, Membership
from calcom_portal.common.tenancy import customer_scope, provider_scope, system_scope
from contracts.sla import Priority
from tickets.actions import (
    TicketRequest,
    add_note,
    claim_ticket,
    open_ticket,
    reply_to_ticket,
)
from tickets.models import Ticket


def talk(provider_id: int) -> str:
    """Open a ticket, claim it, and exchange eight messages."""
    with system_scope("find people for a benchmark"):
        people = Membership.objects.select_related("provider", "customer")
        ours = people.filter(provider_id=provider_id).order_by("pk")
        technician = viewer_of(ours.filter(role=Role.TECHNICIAN)[0])
        reporter = viewer_of(ours.filter(role=Role.CUSTOMER_USER)[0])
    with customer_scope(provider_id=provider_id, customer_id=reporter.own_customer_id):
        request = TicketRequest(
            kind="problem",
            subject="No dial tone at the front desk",
            text="It began this morning, and nobody can be reached.",
            customer_id=reporter.own_customer_id,
            reporter_id=reporter.membership_id or 0,
            priority=Priority.EMERGENCY,
            priority_reason="Nobody can call.",
        )
        reference = open_ticket(request=request, actor=reporter).reference
    with provider_scope(provider_id=provider_id):
        claim_ticket(ticket=Ticket.objects.get(reference=reference), actor=technician)
    for number in range(7):
        staff = number % 2 == 0
        scope = (
            provider_scope(provider_id=provider_id)
            if staff
            else customer_scope(provider_id=provider_id, customer_id=reporter.own_customer_id)
        )
        with scope:
            ticket = Ticket.objects.get(reference=reference)
            write = add_note if number == 2 else reply_to_ticket
            text = f"We look at it now, and call you back. That is message {number}."
            write(ticket=ticket, text=text, actor=technician if staff else reporter)
    return reference


if __name__ == "__main__":
    with system_scope("find the first provider"):
        first = Customer.objects.order_by("pk").values_list("provider", flat=True)[0]
    json.dump(talk(first), sys.stdout)
