"""Inspections of customers' systems (clause INSPECT): what is owed, agreed, found and signed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import Membership
from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey, ProviderOwned
from contracts.models import Contract, Device, DeviceKind, Site
from tickets.models import Ticket
from upkeep.inspections.answers import Asked, Result
from upkeep.inspections.serials import Decision, Seen
from upkeep.inspections.states import State
from upkeep.querysets import InspectionManager

STATES = [(state.value, state.label) for state in State]
ASKED = [(asked.value, asked.label) for asked in Asked]
RESULTS = [(result.value, result.label) for result in Result]
SEEN = [(seen.value, seen.label) for seen in Seen]
DECISIONS = [(decision.value, decision.label) for decision in Decision]


class Checklist(ProviderOwned):
    """What a technician looks at. `kind`: of which equipment; empty for any.

    Inspections keep their own copy of the lines, taken when they begin.
    """

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=16, choices=DeviceKind.choices, blank=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta(ProviderOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "kind"], name="checklist_once_a_kind"),
        )

    def __str__(self) -> str:
        return self.name


class ChecklistLine(ProviderOwned):
    """One thing to look at. A reading outside `low`–`high`, both included, is worth a look."""

    checklist = OwnedForeignKey(Checklist, related_name="lines")
    position = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    how = models.CharField(max_length=400, blank=True)
    asked = models.CharField(max_length=10, choices=ASKED)
    unit = models.CharField(max_length=12, blank=True)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    wants_photo = models.BooleanField(default=False)
    is_required = models.BooleanField(default=True)

    class Meta(ProviderOwned.Meta):
        indexes = (
            models.Index(fields=["provider", "checklist", "position"], name="checklist_lines"),
        )

    def __str__(self) -> str:
        return self.title


class Inspection(CustomerOwned):  # type: ignore[django-manager-missing,unused-ignore]
    """One inspection of one system.

    `year_starts_on` is the first day of the contract's year that it is owed for; None for one that
    somebody asked for. It is to be made from `earliest` to `latest`, best on `proposed_on`.
    `starts_at` to `ends_at` is the visit that was agreed. `arrived_at` and `left_at` are the
    technician's own, `signature` what the customer's person drew (`inspections.signature`), or
    `unsigned_why` why nobody did. `sha256` names the report among the provider's files.
    """

    reached_through = "device"

    site = OwnedForeignKey(Site, related_name="inspections")
    device = OwnedForeignKey(Device, related_name="inspections")
    contract = OwnedForeignKey(Contract, null=True, related_name="+")
    year_starts_on = models.DateField(null=True)
    earliest = models.DateField(null=True)
    latest = models.DateField(null=True)
    proposed_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=STATES, default=State.PLANNED.value)
    planned_at = models.DateTimeField()
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    agreed_at = models.DateTimeField(null=True)
    moved = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)
    # When a worker looks at it next: to remind people, or to say that it is overdue.
    look_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    overdue_told_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    signed_by = OwnedForeignKey(Membership, null=True, related_name="+")
    signed_name = models.CharField(max_length=120, blank=True)
    summary = models.TextField(blank=True)
    customer_name = models.CharField(max_length=120, blank=True)
    signature = models.TextField(blank=True)
    unsigned_why = models.CharField(max_length=300, blank=True)
    ticket = OwnedForeignKey(Ticket, null=True, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True)
    told = models.PositiveSmallIntegerField(default=0)
    cancelled_at = models.DateTimeField(null=True)

    objects: ClassVar[InspectionManager[Inspection]] = InspectionManager()

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "device", "contract", "year_starts_on"],
                name="inspection_once_a_year",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_at__isnull=True, ends_at__isnull=True)
                | models.Q(ends_at__gt=models.F("starts_at")),
                name="inspection_visit_has_length",
            ),
        )
        indexes = (
            models.Index(fields=["provider", "-id"], name="inspection_newest"),
            models.Index(fields=["provider", "customer", "-id"], name="inspection_of_customer"),
            models.Index(fields=["provider", "device", "-id"], name="inspection_of_device"),
            models.Index(
                fields=["look_at", "id"],
                name="inspection_to_look_at",
                condition=models.Q(look_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"of {self.device_id} for {self.year_starts_on or self.planned_at.date()}"


class InspectionMember(CustomerOwned):
    """One of the technicians who make an inspection."""

    inspection = OwnedForeignKey(Inspection, related_name="members")
    technician = OwnedForeignKey(Membership, related_name="+")

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "inspection", "technician"], name="inspection_member_once"
            ),
        )


OF_DONE = "inspection__done_at__isnull"


class InspectionItem(CustomerOwned):
    """A line of the checklist as it was asked, and the newest answer. `version` counts answers."""

    reached_through = "inspection"

    inspection = OwnedForeignKey(Inspection, related_name="items")
    position = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    how = models.CharField(max_length=400, blank=True)
    asked = models.CharField(max_length=10, choices=ASKED)
    unit = models.CharField(max_length=12, blank=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    wants_photo = models.BooleanField(default=False)
    is_required = models.BooleanField(default=True)
    result = models.CharField(max_length=12, choices=RESULTS, blank=True)
    reading = models.FloatField(null=True)
    note = models.CharField(max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    answered_by = OwnedForeignKey(Membership, null=True, related_name="+")
    answered_name = models.CharField(max_length=120, blank=True)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "inspection", "position"], name="inspection_item_once"
            ),
        )

    def __str__(self) -> str:
        return self.title

    @classmethod
    def seen_by_customer(cls, customer_id: int) -> models.Q:
        """Customers see what was signed."""
        return models.Q(customer_id=customer_id, **{OF_DONE: False})


class InspectedDevice(CustomerOwned):
    """An installed product of the site, and what stands there: differences are proposals.

    `device` is None for what is on no list. The columns `listed_…` keep what the list said.
    """

    reached_through = "inspection"

    inspection = OwnedForeignKey(Inspection, related_name="devices")
    device = OwnedForeignKey(Device, null=True, related_name="+")
    name = models.CharField(max_length=120)
    product = models.CharField(max_length=161, blank=True)
    room = models.CharField(max_length=80, blank=True)
    listed_serial = models.CharField(max_length=80, blank=True)
    seen = models.CharField(max_length=10, choices=SEEN, blank=True)
    serial = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    answered_by = OwnedForeignKey(Membership, null=True, related_name="+")
    answered_name = models.CharField(max_length=120, blank=True)
    decision = models.CharField(max_length=10, choices=DECISIONS, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_name = models.CharField(max_length=120, blank=True)

    class Meta(CustomerOwned.Meta):
        indexes = (
            models.Index(fields=["provider", "inspection", "id"], name="inspected_devices"),
            models.Index(
                fields=["provider", "id"],
                name="inspected_to_decide",
                condition=models.Q(decision="open"),
            ),
        )

    def __str__(self) -> str:
        return self.name


class InspectionPhoto(CustomerOwned):
    """A picture taken during an inspection. `client_id` makes it count once."""

    reached_through = "inspection"

    inspection = OwnedForeignKey(Inspection, related_name="photos")
    item = OwnedForeignKey(InspectionItem, null=True, related_name="photos")
    client_id = models.UUIDField()
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField()
    received_at = models.DateTimeField()
    by_name = models.CharField(max_length=120)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "inspection", "client_id"], name="inspection_photo_once"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @classmethod
    def seen_by_customer(cls, customer_id: int) -> models.Q:
        """Customers see what was signed."""
        return models.Q(customer_id=customer_id, **{OF_DONE: False})


class InspectionEntry(CustomerOwned):
    """What a technician's phone sent, as it came: append-only, each `client_id` once.

    `outcome` is what became of it (`inspections.syncing.Outcome`), `words` why. Nothing that was
    written on site is lost, even where somebody else's answer counts.
    """

    inspection = OwnedForeignKey(Inspection, related_name="entries")
    client_id = models.UUIDField()
    kind = models.CharField(max_length=10)
    body = models.JSONField()
    written_at = models.DateTimeField()
    received_at = models.DateTimeField()
    technician = OwnedForeignKey(Membership, null=True, related_name="+")
    by_name = models.CharField(max_length=120)
    outcome = models.CharField(max_length=10)
    words = models.CharField(max_length=300, blank=True)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "inspection", "client_id"], name="inspection_entry_once"
            ),
        )
