"""Work that was done: entries, the verdict of each stretch, questions about them, timers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import Membership
from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey
from contracts.coverage import Equipment, Work
from contracts.models import Device, Terms
from tickets.models.clock import Fact
from tickets.models.ticket import Ticket
from tickets.querysets import LabourManager

WORKS = [(work.value, work.label) for work in Work]
# A trip is never logged alone: it goes with the work that it was made for.
LOGGED_WORKS = [(value, label) for value, label in WORKS if value != Work.TRIP]


class Cause(models.TextChoices):
    """Why there is an entry: logged, or in place of another one."""

    LOGGED = "logged", "Logged"
    CORRECTED = "corrected", "Corrected"
    STRUCK = "struck", "Struck out"
    GOODWILL = "goodwill", "Goodwill"
    DISPUTE = "dispute", "Settled a question"


class LabourEntry(CustomerOwned):  # type: ignore[django-manager-missing,unused-ignore]
    """Work on a ticket, from–to, of a technician or (None) of the portal. Append-only.

    A correction or an override is a further entry that `replaces` the former one: both stay, and
    what nothing replaces stands. `day` is that of the beginning on the wall clock of the contract's
    calendar. `fact` is the link of the hash chain that seals the entry with its lines. Customers
    read everything here: internal notes belong into the ticket's.
    """

    ticket = OwnedForeignKey(Ticket, related_name="labour")
    technician = OwnedForeignKey(Membership, null=True, related_name="+")
    technician_name = models.CharField(max_length=120)
    work = models.CharField(max_length=16, choices=LOGGED_WORKS)
    device = OwnedForeignKey(Device, null=True, related_name="+")
    equipment = models.CharField(
        max_length=8, choices=[(one.value, one.value) for one in Equipment]
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    day = models.DateField()
    minutes = models.PositiveIntegerField()
    charged_minutes = models.PositiveIntegerField()
    trip = models.BooleanField(default=False)
    note = models.CharField(max_length=500, blank=True)
    cause = models.CharField(max_length=10, choices=Cause.choices, default=Cause.LOGGED)
    reason = models.CharField(max_length=240, blank=True)
    replaces = OwnedForeignKey("self", null=True, related_name="replaced_by")
    terms = OwnedForeignKey(Terms, null=True, related_name="+")
    contract_number = models.CharField(max_length=20, blank=True)
    fact = OwnedForeignKey(Fact, related_name="+")
    created_at = models.DateTimeField()
    created_by = OwnedForeignKey(Membership, null=True, related_name="+")
    created_by_name = models.CharField(max_length=120)

    objects: ClassVar[LabourManager[LabourEntry]] = LabourManager()

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ended_at__gt=models.F("started_at")), name="labour_has_length"
            ),
            models.UniqueConstraint(
                fields=["provider", "replaces"],
                condition=models.Q(replaces__isnull=False),
                name="labour_replaced_once",
            ),
        )
        indexes = (
            models.Index(fields=["provider", "ticket", "id"], name="labour_of_ticket"),
            models.Index(fields=["provider", "customer", "day", "id"], name="labour_of_customer"),
            models.Index(
                fields=["provider", "technician", "started_at"], name="labour_of_technician"
            ),
            models.Index(
                fields=["provider", "device", "ended_at"],
                name="labour_of_device",
                condition=models.Q(device__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.work} {self.pk}"


class LabourLine(CustomerOwned):
    """One stretch of an entry with its verdict, frozen: in or out of hours, or its trip.

    `amount` is what the customer pays, `worth` what it would cost without a contract. Append-only.
    """

    entry = OwnedForeignKey(LabourEntry, related_name="lines")
    position = models.PositiveSmallIntegerField()
    work = models.CharField(max_length=16, choices=WORKS)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    in_hours = models.BooleanField()
    minutes = models.PositiveIntegerField()
    charged_minutes = models.PositiveIntegerField()
    covered = models.BooleanField()
    clause = models.CharField(max_length=20, blank=True)
    price = models.CharField(max_length=12)
    unit_price = models.DecimalField(max_digits=9, decimal_places=2)
    currency = models.CharField(max_length=3)
    worth = models.DecimalField(max_digits=12, decimal_places=2)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    reason = models.CharField(max_length=400)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "entry", "position"], name="labour_line_once"
            ),
            models.CheckConstraint(
                condition=models.Q(covered=False) | models.Q(amount=0),
                name="labour_covered_costs_nothing",
            ),
        )


class LabourQuestion(CustomerOwned):
    """A customer's question about an entry, and the answer. One can be open at a time."""

    entry = OwnedForeignKey(LabourEntry, related_name="questions")
    ticket = OwnedForeignKey(Ticket, related_name="+")
    text = models.CharField(max_length=1000)
    asked_by = OwnedForeignKey(Membership, related_name="+")
    asked_by_name = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=1000, blank=True)
    answered_by = OwnedForeignKey(Membership, null=True, related_name="+")
    answered_by_name = models.CharField(max_length=120, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "entry"],
                condition=models.Q(answered_at__isnull=True),
                name="labour_question_open_once",
            ),
        )
        indexes = (models.Index(fields=["provider", "ticket"], name="labour_question_of_ticket"),)


class LabourTimer(CustomerOwned):
    """That a technician works on a ticket now. One runs at a time for each; staff's alone."""

    technician = OwnedForeignKey(Membership, related_name="+")
    ticket = OwnedForeignKey(Ticket, related_name="+")
    started_at = models.DateTimeField()

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "technician"], name="labour_timer_once"),
        )
