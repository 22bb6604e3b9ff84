"""The monthly health check of a system (clause HEALTH)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Membership
from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey, ProviderOwned
from contracts.models import Contract, Device, Site
from monitoring.health.status import Status
from monitoring.querysets import HealthReportManager
from tickets.models import Ticket


class HealthState(models.TextChoices):
    """Where a health check stands."""

    OWED = "owed", "Not begun"
    COLLECTING = "collecting", "Being made"
    COLLECTED = "collected", "To be reviewed"
    SIGNED = "signed", "Signed"
    DROPPED = "dropped", "Not made: out of service"


JUDGEMENTS = [(status.value, status.label) for status in Status]


class HealthReport(CustomerOwned):
    """The health of a site's systems in a month: what a technician signs and a customer gets.

    `month` as in its checks. For a site and a month there is one report that is not signed yet;
    what is owed after the signature goes on another. `sha256` names its document among the
    provider's files, `told` says how many people it was sent to.
    """

    reached_through = "site"

    site = OwnedForeignKey(Site, related_name="health_reports")
    month = models.DateField(null=True)
    made_at = models.DateTimeField()
    comment = models.TextField(blank=True, default="")
    signed_by = OwnedForeignKey(Membership, null=True, related_name="+")
    signed_name = models.CharField(max_length=120, blank=True, default="")
    signed_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    told = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[HealthReportManager[HealthReport]] = HealthReportManager()

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "site", "month"],
                name="health_report_open_once",
                condition=models.Q(signed_at__isnull=True),
            ),
        )
        indexes = (
            models.Index(fields=["provider", "-id"], name="health_report_newest"),
            models.Index(fields=["provider", "customer", "-id"], name="health_report_of_customer"),
        )

    def __str__(self) -> str:
        return f"of {self.site_id} for {self.title}"

    @property
    def title(self) -> str:
        """Return "November 2026", or the day on which somebody asked for it."""
        day = self.month or self.made_at.date()
        return f"{day:%B %Y}" if self.month else f"{day.day} {day:%B %Y}"

    @classmethod
    def seen_by_customer(cls, customer_id: int) -> models.Q:
        """Customers see what a technician has signed."""
        return models.Q(customer_id=customer_id, signed_at__isnull=False)


class HealthCheck(CustomerOwned):
    """One health check of one system.

    `month` is the first day of the calendar month that it is owed for; None for one that somebody
    asked for. Figures tell of the time from `measured_from` on; what is collected stays. `asked`
    are the questions that were put to the equipment, `look_at` is when a worker looks at it next,
    `changes` are sentences on what is different from last month.
    """

    reached_through = "device"

    report = OwnedForeignKey(HealthReport, null=True, related_name="checks")
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
    planned_at = models.DateTimeField()
    asked = ArrayField(models.BigIntegerField(), default=list)
    asked_at = models.DateTimeField(null=True)
    look_at = models.DateTimeField(null=True)
    measured_from = models.DateTimeField(null=True)
    collected_at = models.DateTimeField(null=True)
    overall = models.CharField(max_length=16, choices=JUDGEMENTS, blank=True)
    changes = models.JSONField(default=list)

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
            models.Index(fields=["provider", "report"], name="health_check_of_report"),
            models.Index(fields=["provider", "device", "-id"], name="health_check_of_device"),
            models.Index(
                fields=["look_at", "id"],
                name="health_check_to_look_at",
                condition=models.Q(look_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"of {self.device_id} for {self.month or self.planned_at.date()}"

    @classmethod
    def seen_by_customer(cls, customer_id: int) -> models.Q:
        """Customers see what a technician has signed."""
        return models.Q(customer_id=customer_id, state=HealthState.SIGNED.value)


class HealthItem(CustomerOwned):
    """One line of a health check: what was measured, how it is judged, what to do about it.

    `evidence` lists the readings behind it, in the form of `health.judging.Judged`.
    """

    reached_through = "health_check"

    health_check = OwnedForeignKey(HealthCheck, related_name="items")
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    status = models.CharField(max_length=16, choices=JUDGEMENTS)
    value = models.TextField(blank=True)
    figure = models.FloatField(null=True)
    unit = models.CharField(max_length=16, blank=True)
    former = models.CharField(max_length=240, blank=True)
    evidence = models.JSONField(default=list)
    advice = models.TextField(blank=True)
    note = models.CharField(max_length=1000, blank=True)
    ticket = OwnedForeignKey(Ticket, null=True, related_name="+")

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "health_check", "number", "code"], name="health_item_once"
            ),
        )

    def __str__(self) -> str:
        return self.title

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
