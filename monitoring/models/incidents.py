"""Outages, and the hours in which nothing is one."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F

from accounts.models import Membership
from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey, ProviderOwned
from contracts.models import Device, Site
from monitoring.models.checks import Check
from monitoring.querysets import IncidentManager
from tickets.models import Ticket


class IncidentKind(models.TextChoices):
    """What went wrong."""

    OUTAGE = "outage", "Does not answer"
    SILENT = "silent", "Reports nothing any more"
    FLAPPING = "flapping", "Comes and goes"


class Incident(CustomerOwned):  # type: ignore[django-manager-missing,unused-ignore]
    """One outage of one check, from its first failure to its end.

    A child hangs on the incident of the equipment before it (`parent`) and has no ticket of its
    own. `is_covered`: clause MONITOR was in force; else nothing was promised (a sales hint).
    From `recovered_at` on it is watched: it goes on when the equipment fails again, and closes at
    `look_at` when it does not. `closed_by` is empty where that happened by itself.
    """

    reached_through = "device"

    device = OwnedForeignKey(Device, related_name="incidents")
    of_check = OwnedForeignKey(Check, related_name="incidents")
    parent = OwnedForeignKey("self", null=True, related_name="children")
    ticket = OwnedForeignKey(Ticket, null=True, related_name="incidents")
    kind = models.CharField(max_length=10, choices=IncidentKind.choices)
    cause = models.CharField(max_length=240, blank=True)
    is_covered = models.BooleanField()
    opened_at = models.DateTimeField()
    confirmed_at = models.DateTimeField()
    recovered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = OwnedForeignKey(Membership, null=True, related_name="+")
    closing_note = models.CharField(max_length=240, blank=True, default="", db_default="")
    look_at = models.DateTimeField(null=True)

    objects: ClassVar[IncidentManager[Incident]] = IncidentManager()

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "of_check"],
                name="incident_open_once",
                condition=models.Q(closed_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_at__gte=F("opened_at")),
                name="incident_confirmed_after_opened",
            ),
        )
        indexes = (
            models.Index(fields=["provider", "-opened_at", "-id"], name="incident_newest"),
            models.Index(
                fields=["provider", "customer", "device"],
                name="incident_open_of_device",
                condition=models.Q(closed_at__isnull=True),
            ),
            models.Index(
                fields=["provider", "device", "-opened_at"], name="incident_of_device_newest"
            ),
            models.Index(
                fields=["look_at"],
                name="incident_to_look_at",
                condition=models.Q(closed_at__isnull=True, look_at__isnull=False),
            ),
            models.Index(
                fields=["provider", "parent"],
                name="incident_of_parent",
                condition=models.Q(parent__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} since {self.opened_at:%d %b %Y %H:%M} UTC"


class Closing(models.TextChoices):
    """What becomes of monitoring's ticket when the equipment works again by itself."""

    HAND = "hand", "Stays open until somebody closes it"
    UNTOUCHED = "untouched", "Closes by itself, unless somebody has taken it up"
    ALWAYS = "always", "Always closes by itself"


class MonitoringRules(ProviderOwned):
    """How a provider wants outages handled. Without a row: as `monitoring.rules` says.

    `emergencies` are kinds of devices whose outage the agreement calls an emergency.
    """

    closing = models.CharField(max_length=10, choices=Closing.choices)
    calm_minutes = models.PositiveSmallIntegerField()
    emergencies = ArrayField(models.CharField(max_length=16), default=list)

    class Meta(ProviderOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider"], name="monitoring_rules_once"),
            models.CheckConstraint(
                condition=models.Q(calm_minutes__gte=1, calm_minutes__lte=24 * 60),
                name="monitoring_calm_within_a_day",
            ),
        )


class Recurrence(models.TextChoices):
    """How often a maintenance window comes."""

    ONCE = "once", "Once"
    DAILY = "daily", "Every day"
    WEEKLY = "weekly", "Every week"
    MONTHLY = "monthly", "Every month"


class Maintenance(CustomerOwned):
    """A window in which equipment may be silent: of a device, a site, or a whole customer.

    `starts_at` is a wall-clock time in `zone` (IANA name), `minutes` how long each window lasts.
    `weekdays` (1 Monday … 7 Sunday) belong to WEEKLY; MONTHLY repeats the weekday of the first
    window, such as the second Tuesday.
    """

    site = OwnedForeignKey(Site, null=True, blank=True, related_name="+")
    device = OwnedForeignKey(Device, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=120)
    starts_on = models.DateField()
    starts_at = models.TimeField()
    zone = models.CharField(max_length=64)
    minutes = models.PositiveIntegerField()
    recurrence = models.CharField(
        max_length=8, choices=Recurrence.choices, default=Recurrence.ONCE.value
    )
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    until = models.DateField(null=True, blank=True)
    made_by = OwnedForeignKey(Membership, null=True, related_name="+")
    made_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.CheckConstraint(
                condition=models.Q(minutes__gte=1, minutes__lte=7 * 24 * 60),
                name="maintenance_has_length",
            ),
        )
        indexes = (models.Index(fields=["provider", "customer"], name="maintenance_of_customer"),)

    def __str__(self) -> str:
        return self.title
