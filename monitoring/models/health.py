"""The monthly health check of a system (clause HEALTH)."""

from __future__ import annotations

from django.db import models

from accounts.models import Membership
from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey, ProviderOwned
from contracts.models import Contract, Device
from tickets.models import Ticket


class HealthState(models.TextChoices):
    """Where a health check stands."""

    OWED = "owed", "Not begun"
    COLLECTING = "collecting", "Being made"
    COLLECTED = "collected", "To be reviewed"
    SIGNED = "signed", "Signed"


class Judgement(models.TextChoices):
    """How a figure is judged."""

    OK = "ok", "Good"
    WARN = "warn", "Look at it"
    CRIT = "crit", "Act now"
    NOT_MEASURABLE = "not_measurable", "Not measurable"


class HealthCheck(CustomerOwned):
    """One health check of one system.

    `month` is the first day of the calendar month that it is owed for; None for one that somebody
    asked for. It is frozen when collected. Customers see signed ones.
    """

    reached_through = "device"

    device = OwnedForeignKey(Device, related_name="health_checks")
    contract = OwnedForeignKey(Contract, null=True, related_name="+")
    month = models.DateField(null=True)
    state = models.CharField(
        max_length=10, choices=HealthState.choices, default=HealthState.OWED.value
    )
    step = models.CharField(max_length=160, blank=True)
    done_count = models.PositiveSmallIntegerField(default=0)
    total_count = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    planned_at = models.DateTimeField()
    collected_at = models.DateTimeField(null=True)
    overall = models.CharField(max_length=16, choices=Judgement.choices, blank=True)
    comment = models.TextField(blank=True)
    signed_by = OwnedForeignKey(Membership, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "device", "month"], name="health_check_once_a_month"
            ),
            models.CheckConstraint(
                condition=models.Q(month__isnull=True) | models.Q(month__day=1),
                name="health_check_month_is_a_first",
            ),
        )
        indexes = (
            models.Index(fields=["provider", "-planned_at", "-id"], name="health_check_newest"),
            models.Index(
                fields=["provider", "customer", "-planned_at"], name="health_check_of_customer"
            ),
            models.Index(
                fields=["id"],
                name="health_check_unfinished",
                condition=models.Q(state__in=["owed", "collecting"]),
            ),
        )

    @classmethod
    def seen_by_customer(cls, customer_id: int) -> models.Q:
        """Customers see what a technician has signed."""
        return models.Q(customer_id=customer_id, state=HealthState.SIGNED.value)


class HealthItem(CustomerOwned):
    """One line of a health check: what was measured, how it is judged, what to do about it."""

    reached_through = "health_check"

    health_check = OwnedForeignKey(HealthCheck, related_name="items")
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    status = models.CharField(max_length=16, choices=Judgement.choices)
    value = models.CharField(max_length=240, blank=True)
    figure = models.FloatField(null=True)
    unit = models.CharField(max_length=16, blank=True)
    former = models.CharField(max_length=240, blank=True)
    evidence = models.JSONField(default=list)
    advice = models.CharField(max_length=400, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    ticket = OwnedForeignKey(Ticket, null=True, related_name="+")

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "health_check", "number", "code"], name="health_item_once"
            ),
        )

    @classmethod
    def seen_by_customer(cls, customer_id: int) -> models.Q:
        """Customers see what a technician has signed."""
        return models.Q(customer_id=customer_id, health_check__state=HealthState.SIGNED.value)


class HealthThreshold(ProviderOwned):
    """From which figure on a provider wants an item looked at, and from which acted upon."""

    code = models.CharField(max_length=40)
    warn = models.FloatField(null=True)
    crit = models.FloatField(null=True)

    class Meta(ProviderOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "code"], name="health_threshold_once"),
        )
