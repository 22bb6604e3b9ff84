"""A ticket: what was asked, and the cached state of its promises."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import Membership
from calcom_portal.common.limits import Limit
from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey, ProviderOwned
from contracts.models import CalendarVersion, Contract, Device, Site, Terms
from contracts.sla.targets import Priority
from tickets.querysets import TicketManager
from tickets.states import LIVE, State


class Kind(models.TextChoices):
    """What is asked for."""

    PROBLEM = "problem", "Problem"
    PROGRAMMING = "programming", "Programming change"
    RESTORE = "restore", "Restore"
    FIRMWARE = "firmware", "Firmware update"
    INSPECTION = "inspection", "Inspection"
    TRAINING = "training", "Training"
    INSTALLATION = "installation", "Installation"
    QUESTION = "question", "Question"


PRIORITIES = [(Priority.EMERGENCY.value, "Emergency"), (Priority.MINOR.value, "Minor problem")]
LIVE_STATES = [state.value for state in LIVE]
# Who reported what no person did: equipment that we watch stopped answering (clause MONITOR).
MONITORING = "Monitoring"


class TicketCounter(ProviderOwned):
    """The newest ticket number of a provider."""

    number = models.BigIntegerField(default=1000)

    class Meta(ProviderOwned.Meta):
        constraints = (models.UniqueConstraint(fields=["provider"], name="ticket_counter_once"),)


class Ticket(CustomerOwned):  # type: ignore[django-manager-missing,unused-ignore]
    """One request of a customer.

    Facts (`tickets.models.Fact`) are what happened; state, priority and the deadline columns repeat
    what follows from them, for list queries. `next_deadline_at` is the earliest deadline that can
    still be missed or is being missed; `wake_at` the next instant at which the ticket moves by
    itself.
    """

    number = models.BigIntegerField()
    reference = models.CharField(max_length=24)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.PROBLEM)
    subject = models.CharField(max_length=200)
    state = models.CharField(max_length=8, default=State.OPEN.value)
    priority = models.CharField(max_length=10, choices=PRIORITIES, default=Priority.MINOR.value)
    priority_reason = models.CharField(max_length=240, blank=True)
    site = OwnedForeignKey(Site, null=True, blank=True, related_name="+")
    device = OwnedForeignKey(Device, null=True, blank=True, related_name="+")
    # Nobody, when our monitoring noticed it: then its followers hear of what is done.
    reporter = OwnedForeignKey(Membership, null=True, related_name="+")
    assignee = OwnedForeignKey(Membership, null=True, blank=True, related_name="+")
    answers = models.JSONField(default=dict, blank=True)

    contract = OwnedForeignKey(Contract, null=True, related_name="+")
    terms = OwnedForeignKey(Terms, null=True, related_name="+")
    calendar_version = OwnedForeignKey(CalendarVersion, related_name="+")
    promise_reason = models.CharField(max_length=240)

    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    responded_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    next_deadline_at = models.DateTimeField(null=True)
    next_metric = models.CharField(max_length=8, blank=True)
    wake_at = models.DateTimeField(null=True)
    hold_party = models.CharField(max_length=16, blank=True)
    hold_reason = models.CharField(max_length=240, blank=True)
    scheduled_from = models.DateTimeField(null=True)
    scheduled_to = models.DateTimeField(null=True)
    # Of a programming change: empty, "needed" or "given" (tickets.approval).
    approval = models.CharField(max_length=6, blank=True, default="", db_default="")
    merged_into = OwnedForeignKey("self", null=True, related_name="+")
    continues = OwnedForeignKey("self", null=True, related_name="+")

    objects: ClassVar[TicketManager[Ticket]] = TicketManager()

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "number"], name="ticket_number_once"),
            models.UniqueConstraint(fields=["provider", "reference"], name="ticket_reference_once"),
            models.CheckConstraint(
                condition=models.Q(scheduled_from__isnull=True, scheduled_to__isnull=True)
                | models.Q(scheduled_to__gt=models.F("scheduled_from")),
                name="ticket_schedule_has_length",
            ),
        )
        indexes = (
            models.Index(
                fields=["provider", "next_deadline_at", "id"],
                name="ticket_queue",
                condition=models.Q(state__in=LIVE_STATES),
            ),
            models.Index(
                fields=["provider", "next_deadline_at", "id"],
                name="ticket_queue_unassigned",
                condition=models.Q(state__in=LIVE_STATES, assignee__isnull=True),
            ),
            models.Index(
                fields=["provider", "assignee", "next_deadline_at", "id"],
                name="ticket_queue_mine",
                condition=models.Q(state__in=LIVE_STATES, assignee__isnull=False),
            ),
            models.Index(
                fields=["provider", "next_deadline_at", "id"],
                name="ticket_queue_waiting",
                condition=models.Q(state=State.HELD.value),
            ),
            models.Index(
                fields=["provider", "customer", "next_deadline_at", "id"],
                name="ticket_queue_customer",
                condition=models.Q(state__in=LIVE_STATES),
            ),
            models.Index(fields=["provider", "customer", "-number"], name="ticket_of_customer"),
            models.Index(fields=["provider", "-changed_at"], name="ticket_newest_change"),
            models.Index(
                fields=["provider", "responded_at"],
                include=["customer", "opened_at"],
                name="ticket_answered",
                condition=models.Q(responded_at__isnull=False),
            ),
            models.Index(fields=["provider", "device", "-number"], name="ticket_of_device"),
            models.Index(
                fields=["wake_at"], name="ticket_to_wake", condition=models.Q(wake_at__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @classmethod
    def within(cls, limit: Limit) -> models.Q:
        """Keep what somebody with a limit reported, and the tickets of their sites."""
        sites = models.Q(site_id__in=limit.others_site_ids)
        return models.Q(reporter_id=limit.person_id) | sites

    @property
    def reported_by(self) -> str:
        """Return who reported it: a person's name, or "Monitoring"."""
        return self.reporter.name if self.reporter else MONITORING

    @property
    def is_live(self) -> bool:
        """Is there still something to do?"""
        return self.state in LIVE_STATES


class Watcher(CustomerOwned):
    """A colleague of the same customer, or one of the staff, who gets a copy."""

    reached_through = "ticket"

    ticket = OwnedForeignKey(Ticket, related_name="watchers")
    membership = OwnedForeignKey(Membership, related_name="+")

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "ticket", "membership"], name="watcher_once"
            ),
        )
