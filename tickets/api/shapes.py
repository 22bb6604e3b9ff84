"""How tickets and their conversation look in the API."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Subquery
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api import Named
from accounts.viewer import Viewer
from calcom_portal.common.api.conditions import etag_of
from calcom_portal.common.api.fields import InstantField
from calcom_portal.common.api.serializers import shown
from calcom_portal.common.errors import Missing
from contracts.sla import Metric, Party, Priority
from tickets.approval import Approval
from tickets.models import Attachment, Fact, Kind, Ticket
from tickets.querysets import TicketQuerySet
from tickets.states import State

# Long texts of a contract that no list of tickets shows.
NOT_SHOWN = ("terms__promise", "terms__clauses", "contract__draft")


def shown_tickets(viewer: Viewer) -> TicketQuerySet[Ticket]:
    """Return the tickets that the viewer may see, with all that `TicketShape` needs. One query."""
    facts = Fact.objects.filter(ticket_id=OuterRef("pk")).order_by("-number")
    rows = Ticket.objects.visible_to(viewer).with_names().with_relatives().defer(*NOT_SHOWN)
    found: TicketQuerySet[Ticket] = rows.annotate(last_fact=Subquery(facts.values("number")[:1]))
    return found


def shown_ticket(viewer: Viewer, reference: str) -> Ticket:
    """Return one of them. Raises Missing in the words of `access_ticket`."""
    ticket: Ticket | None = shown_tickets(viewer).filter(reference=reference).first()
    if ticket is None:
        raise Missing("There is no such ticket.", remedy="Look for it in the list of tickets.")
    return ticket


class Hold(serializers.Serializer[Any]):
    """Whom the ticket waits for."""

    party = serializers.ChoiceField([party.value for party in Party], source="hold_party")
    reason = serializers.CharField(source="hold_reason")


class Schedule(serializers.Serializer[Any]):
    """When it will be done."""

    start = InstantField(source="scheduled_from")
    end = InstantField(source="scheduled_to")


class ContractOf(serializers.Serializer[Any]):
    """The contract whose promise counts."""

    id = serializers.IntegerField()
    number = serializers.CharField()


class TicketShape(serializers.Serializer[Any]):
    """A ticket. Nothing in it changes by time alone: see the deadlines for what does."""

    reference = serializers.CharField()
    version = serializers.CharField(
        source="reference", help_text="The ETag: changes with everything else that is said here."
    )
    kind = serializers.ChoiceField(Kind.values)
    subject = serializers.CharField()
    state = serializers.ChoiceField([state.value for state in State])
    priority = serializers.ChoiceField([priority.value for priority in Priority])
    priority_reason = serializers.CharField(allow_blank=True)
    customer = Named()
    site = Named(allow_null=True)
    device = Named(allow_null=True)
    reporter = Named(allow_null=True, help_text="null: our monitoring noticed it, not a person.")
    reported_by = serializers.CharField(help_text="The reporter's name, or “Monitoring”.")
    assignee = Named(allow_null=True)
    answers = serializers.DictField(child=serializers.CharField())
    contract = ContractOf(allow_null=True)
    tier = serializers.CharField(source="terms.tier_name", default=None, allow_null=True)
    promise_reason = serializers.CharField(help_text="Why this promise applies, or none.")
    opened_at = InstantField()
    changed_at = InstantField()
    responded_at = InstantField(allow_null=True)
    resolved_at = InstantField(allow_null=True)
    closed_at = InstantField(allow_null=True)
    next_deadline_at = InstantField(
        allow_null=True, help_text="The earliest deadline that can be missed or is being missed."
    )
    next_metric = serializers.ChoiceField(
        [metric.value for metric in Metric], allow_null=True, help_text="What is owed by then."
    )
    approval = serializers.ChoiceField(
        [approval.value for approval in Approval],
        allow_null=True,
        help_text="Where a change stands that the customer has to approve; null: it has not.",
    )
    hold = serializers.SerializerMethodField()
    scheduled = serializers.SerializerMethodField()
    merged_into = serializers.CharField(
        source="merged_into.reference", default=None, allow_null=True
    )
    continues = serializers.CharField(source="continues.reference", default=None, allow_null=True)

    @extend_schema_field(Hold(allow_null=True))
    def get_hold(self, ticket: Ticket) -> Any:
        """Return whom it waits for."""
        return shown(Hold, ticket) if ticket.hold_party else None

    @extend_schema_field(Schedule(allow_null=True))
    def get_scheduled(self, ticket: Ticket) -> Any:
        """Return when it will be done."""
        return shown(Schedule, ticket) if ticket.scheduled_from else None

    def to_representation(self, instance: Ticket) -> dict[str, Any]:
        """Return the ticket with its version."""
        shape: dict[str, Any] = super().to_representation(instance)
        shape["next_metric"] = shape["next_metric"] or None
        shape["approval"] = shape["approval"] or None
        # The newest fact tells apart what two actions did in one instant.
        shape["version"] = etag_of(shape, instance.last_fact)  # type: ignore[attr-defined]
        return shape


class OpenedShape(serializers.Serializer[Any]):
    """What a new ticket has that its reporter did not send. Known without reading it again."""

    reference = serializers.CharField()
    kind = serializers.ChoiceField(Kind.values)
    subject = serializers.CharField()
    state = serializers.ChoiceField([state.value for state in State])
    priority = serializers.ChoiceField([priority.value for priority in Priority])
    priority_reason = serializers.CharField(allow_blank=True)
    promise_reason = serializers.CharField(help_text="Why this promise applies, or none.")
    opened_at = InstantField()
    next_deadline_at = InstantField(allow_null=True)
    next_metric = serializers.CharField(allow_blank=True, help_text="What is owed by then.")


def version_of(ticket: Ticket) -> str:
    """Return the ETag of a ticket out of `shown_tickets`."""
    return str(shown(TicketShape, ticket)["version"])


class FileShape(serializers.ModelSerializer[Attachment]):
    """A file of a message. Its bytes are on the ticket's page."""

    class Meta:
        model = Attachment
        fields = ("id", "name", "media_type", "size", "sha256")


class MessageShape(serializers.Serializer[Any]):
    """A message of the conversation."""

    id = serializers.IntegerField()
    author = serializers.CharField(source="author_name")
    from_staff = serializers.BooleanField()
    internal = serializers.BooleanField(
        help_text="An internal note, for the provider's staff only."
    )
    text = serializers.CharField(help_text="Markdown, as it was written.")
    created_at = InstantField()
    files = FileShape(many=True, source="attachments")


TICKET = {
    "reference": "CC-1042",
    "version": '"5f2b8c1d9e0a4b7c8d6e3f2a1b0c9d8e"',
    "kind": "problem",
    "subject": "No dial tone at front desk",
    "state": "open",
    "priority": "emergency",
    "priority_reason": "Several phones have no dial tone: the agreement calls that an emergency.",
    "customer": {"id": 3, "name": "Bayview Dental Group"},
    "site": {"id": 4, "name": "Market Street"},
    "device": {"id": 9, "name": "Main phone system"},
    "reporter": {"id": 12, "name": "Elena Moreno"},
    "reported_by": "Elena Moreno",
    "assignee": None,
    "answers": {"handset": "dead", "how_many": "several"},
    "contract": {"id": 2, "number": "CT-2001"},
    "tier": "Tier 2",
    "promise_reason": "Contract CT-2001 (Tier 2) covers this device.",
    "opened_at": "2026-06-15T17:00:00.000000Z",
    "changed_at": "2026-06-15T17:00:00.000000Z",
    "responded_at": None,
    "resolved_at": None,
    "closed_at": None,
    "next_deadline_at": "2026-06-16T16:00:00.000000Z",
    "next_metric": "respond",
    "approval": None,
    "hold": None,
    "scheduled": None,
    "merged_into": None,
    "continues": None,
}
OPENED = {name: TICKET[name] for name in map(str, OpenedShape().fields)}
MESSAGE = {
    "id": 31,
    "author": "Dana Okafor",
    "from_staff": True,
    "internal": False,
    "text": "I am looking into it.",
    "created_at": "2026-06-15T17:20:00.000000Z",
    "files": [],
}
