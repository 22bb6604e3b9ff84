"""What is asked of equipment again and again, and what came back."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Membership
from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey
from contracts.models import Device
from monitoring.models.connections import Connection
from monitoring.querysets import CheckManager
from monitoring.states import State


class Opens(models.TextChoices):
    """What kind of ticket an outage opens."""

    AUTO = "auto", "By the agreement's words"
    EMERGENCY = "emergency", "An emergency"
    MINOR = "minor", "A minor problem"
    NOTHING = "nothing", "No ticket"


class Check(CustomerOwned):  # type: ignore[django-manager-missing,unused-ignore]
    """One question that is put to a device every so often.

    `state`, `since`, `row` and `settled` are a `states.Standing`; the runner writes them with the
    result that led there. `parent` is the check without whose equipment this one cannot be reached.
    `silent_from` is when a device that reports by itself has been silent for too long.
    """

    reached_through = "device"

    device = OwnedForeignKey(Device, related_name="checks")
    connection = OwnedForeignKey(Connection, null=True, blank=True, related_name="checks")
    parent = OwnedForeignKey("self", null=True, blank=True, related_name="children")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=16)
    settings = models.JSONField(default=dict, blank=True)
    every_seconds = models.PositiveIntegerField(default=60)
    timeout_ms = models.PositiveIntegerField(default=5000)
    failures = models.PositiveSmallIntegerField(default=3)
    successes = models.PositiveSmallIntegerField(default=2)
    retry_seconds = models.PositiveSmallIntegerField(default=20)
    is_important = models.BooleanField(default=False)
    opens = models.CharField(max_length=10, choices=Opens.choices, default=Opens.AUTO.value)
    created_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)

    state = models.CharField(max_length=12, default=State.PENDING.value)
    since = models.DateTimeField()
    row = models.IntegerField(default=0)
    settled = models.CharField(max_length=12, default=State.PENDING.value)
    last_at = models.DateTimeField(null=True)
    last_outcome = models.CharField(max_length=12, blank=True)
    last_words = models.CharField(max_length=240, blank=True)
    last_took_us = models.PositiveIntegerField(null=True)
    last_facts = models.JSONField(default=dict, blank=True)
    # Instants of the newest changes between up and down, for `flapping`.
    changes_lately = ArrayField(models.DateTimeField(), default=list, blank=True)
    flapping_since = models.DateTimeField(null=True)
    token_hash = models.CharField(max_length=64, blank=True)
    silent_from = models.DateTimeField(null=True)

    objects: ClassVar[CheckManager[Check]] = CheckManager()

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "device", "name"], name="check_name_once"),
            models.CheckConstraint(
                condition=models.Q(every_seconds__gte=30), name="check_not_too_often"
            ),
        )
        indexes = (
            models.Index(fields=["provider", "customer", "device"], name="check_of_device"),
            models.Index(
                fields=["token_hash"],
                name="check_by_token",
                condition=~models.Q(token_hash=""),
            ),
        )

    def __str__(self) -> str:
        return self.name


class StateChange(CustomerOwned):
    """That a check changed its state. The runner writes it; the follower handles it once."""

    reached_through = "of_check"

    # Not `check`: that is a method of every model.
    of_check = OwnedForeignKey(Check, related_name="changes")
    at = models.DateTimeField()
    was = models.CharField(max_length=12)
    became = models.CharField(max_length=12)
    words = models.CharField(max_length=240, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    handled_at = models.DateTimeField(null=True)
    # When the follower looks at it again: planned work goes on, or its parent is not proven yet.
    not_before = models.DateTimeField(null=True)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "of_check", "at"], name="state_change_once"
            ),
        )
        indexes = (
            models.Index(
                fields=["id"],
                name="state_change_to_handle",
                condition=models.Q(handled_at__isnull=True),
            ),
        )


class Step(models.TextChoices):
    """How long a stretch one rollup tells of."""

    FIVE_MINUTES = "5m", "Five minutes"
    DAY = "day", "A day (UTC)"


class Rollup(CustomerOwned):
    """The results of one check in one stretch of time. Seconds: how long each state held."""

    reached_through = "of_check"

    of_check = OwnedForeignKey(Check, related_name="rollups")
    step = models.CharField(max_length=3, choices=Step.choices)
    starts_at = models.DateTimeField()
    alive = models.PositiveIntegerField(default=0)
    degraded = models.PositiveIntegerField(default=0)
    dead = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)
    up_seconds = models.PositiveIntegerField(default=0)
    down_seconds = models.PositiveIntegerField(default=0)
    unknown_seconds = models.PositiveIntegerField(default=0)
    maintenance_seconds = models.PositiveIntegerField(default=0)
    took_p50_us = models.PositiveIntegerField(null=True)
    took_p95_us = models.PositiveIntegerField(null=True)
    took_max_us = models.PositiveIntegerField(null=True)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "of_check", "step", "starts_at"], name="rollup_once"
            ),
        )
        indexes = (models.Index(fields=["step", "starts_at"], name="rollup_by_time"),)


class Purpose(models.TextChoices):
    """Why something is asked out of turn."""

    TEST = "test", "A test"
    HEALTH = "health", "A health check"
    HOST_KEY = "host_key", "A look at the key of a host"


class ProbeRequest(CustomerOwned):
    """A question that somebody wants answered now. Pages never ask equipment: the runner does."""

    reached_through = "device"

    device = OwnedForeignKey(Device, related_name="+")
    connection = OwnedForeignKey(Connection, null=True, related_name="+")
    of_check = OwnedForeignKey(Check, null=True, related_name="+")
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    kind = models.CharField(max_length=16)
    settings = models.JSONField(default=dict)
    timeout_ms = models.PositiveIntegerField(default=5000)
    asked_by = OwnedForeignKey(Membership, null=True, related_name="+")
    asked_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True)
    took_us = models.PositiveIntegerField(null=True)
    words = models.CharField(max_length=240, blank=True)
    facts = models.JSONField(default=dict)

    class Meta(CustomerOwned.Meta):
        indexes = (
            models.Index(
                fields=["id"],
                name="probe_request_waiting",
                condition=models.Q(answered_at__isnull=True),
            ),
            models.Index(fields=["asked_at"], name="probe_request_by_age"),
        )
