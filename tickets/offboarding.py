"""What becomes of a leaving customer's tickets."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from accounts.models import Customer, Membership
from accounts.offboarding import FORMER, SHOWN, Consequence, Leaving, several
from accounts.viewer import Viewer
from tickets.actions import close_ticket
from tickets.erased_words import erase_words
from tickets.locks import lock_tickets
from tickets.models import LabourQuestion, Message, Ticket


class TicketsStay:
    """Open tickets are closed with the account, or stay in the queue."""

    def foresee(self, customer: Customer, leaving: Leaving) -> Sequence[Consequence]:
        """Say which are open."""
        live = Ticket.objects.live().filter(customer=customer).order_by("number")
        references = list(live.values_list("reference", flat=True)[: SHOWN + 1])
        if not references:
            return []
        count = live.count() if len(references) > SHOWN else len(references)
        url = f"{reverse('tickets')}?customer={customer.pk}&show=open"
        text = f"{several(count, 'open ticket', 'open tickets')}: closed, or left in your queue"
        return [Consequence(text, references[:SHOWN], url)]

    def carry_out(self, customer: Customer, leaving: Leaving, actor: Viewer) -> None:
        """Close them where that was chosen."""
        if not leaving.closes_tickets:
            return
        live = Ticket.objects.live().filter(customer=customer).order_by("pk")
        # All locks before the first fact: see `follow_up.recount`.
        for ticket in lock_tickets(list(live.values_list("pk", flat=True))):
            close_ticket(ticket=ticket, actor=actor)

    def erase(self, customer: Customer) -> None:
        """Take names and addresses off messages, and out of their texts. Facts stay as sealed."""
        people = Membership.objects.filter(customer=customer)
        found = people.exclude(name=FORMER).values_list("name", "email")
        messages = Message.objects.filter(customer=customer)
        messages.filter(author__in=people.values("pk")).update(author_name=FORMER)
        erase_words(messages, [word for pair in found for word in pair])
        questions = LabourQuestion.objects.filter(customer=customer)
        questions.filter(asked_by__in=people.values("pk")).update(asked_by_name=FORMER)
