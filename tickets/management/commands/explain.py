"""`manage.py explain CC-1042`: why a ticket's deadlines are what they are, in plain words."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from calcom_portal.common.tenancy import system_scope
from contracts.sla import instant
from tickets.models import Ticket, Verdict
from tickets.snapshot import ClockExplanation, explanation_of

METRICS = {"respond": "Response", "resolve": "Solution"}


class Command(BaseCommand):
    """Print the calculation of a ticket's clocks, its verdicts and the hash of the document."""

    help = "Say why the deadlines of a ticket are what they are."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read the reference, and the provider where a reference is not enough."""
        parser.add_argument("reference", help="for example CC-1042")
        parser.add_argument("--provider", default="", help="slug of the provider")

    def handle(self, *, reference: str, provider: str, **_: Any) -> None:
        """Print the explanation."""
        with system_scope("explain a ticket at the console"):
            ticket = _find(reference, provider)
            zone = ticket.provider.zone
            explanation = explanation_of(ticket, zone)
            self._head(ticket, zone)
            for clock in explanation.clocks:
                self._clock(clock)
            self._verdicts(ticket, zone)
            self.stdout.write(f"\nDocument hash (SHA-256): {explanation.document_hash}")

    def _head(self, ticket: Ticket, zone: str) -> None:
        opened = instant(ticket.opened_at, zone, ticket.changed_at)
        self.stdout.write(f"{ticket.reference}  {ticket.subject}")
        self.stdout.write(
            f"{ticket.customer.name}, {ticket.get_priority_display()}, {ticket.state}"
        )
        self.stdout.write(f"Opened {opened}. {ticket.promise_reason}")

    def _clock(self, clock: ClockExplanation) -> None:
        self.stdout.write(f"\n{METRICS[clock.view.metric.value]}: {clock.sentence}")
        for sentence in clock.why:
            self.stdout.write(f"  {sentence}")
        for line in clock.lines:
            self.stdout.write(f"  {line.when:<34} {line.amount:>10}  {line.why}")

    def _verdicts(self, ticket: Ticket, zone: str) -> None:
        rows = Verdict.objects.filter(ticket_id=ticket.pk).select_related("fact").order_by("pk")
        for verdict in rows:
            sealed = instant(verdict.sealed_at, zone, ticket.changed_at)
            word = "corrected to" if verdict.corrects_id else "sealed as"
            self.stdout.write(
                f"\n{METRICS[verdict.metric]} {word} {verdict.outcome} {sealed}"
                f" (fact {verdict.fact.number}, {verdict.fact.digest}). {verdict.reason}".rstrip()
            )


def _find(reference: str, provider: str) -> Ticket:
    rows = Ticket.objects.filter(reference=reference.upper())
    if provider:
        rows = rows.filter(provider__slug=provider)
    found = list(rows.select_related("provider", "customer")[:2])
    if not found:
        raise CommandError(f"There is no ticket {reference}. Look up its number in the portal.")
    if len(found) > 1:
        raise CommandError(f"Several providers have a ticket {reference}: add --provider SLUG.")
    return found[0]
