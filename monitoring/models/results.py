"""Every single answer of the last two weeks, by day; and who runs the checks."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey
from monitoring.models.checks import Check


class ResultCode(models.IntegerChoices):
    """How one asking ended, as small as it can be kept."""

    ALIVE = 0, "Alive"
    DEGRADED = 1, "Impaired"
    DEAD = 2, "No answer"
    UNKNOWN = 3, "Could not be asked"
    PARENT_DOWN = 4, "What lies before it is down"


class Result(CustomerOwned):
    """One answer of a check. Only the runner writes it, and only `Check.last_at` guards it.

    The table is partitioned by day (UTC) over `at`; whole days go when they are two weeks old, and
    what they said is kept in rollups. Always ask with a range of `at`.
    """

    reached_through = "of_check"

    pk = models.CompositePrimaryKey("of_check_id", "at")
    of_check = OwnedForeignKey(Check, related_name="results")
    at = models.DateTimeField()
    outcome = models.SmallIntegerField(choices=ResultCode.choices)
    took_us = models.PositiveIntegerField(null=True)

    class Meta(CustomerOwned.Meta):
        indexes = (BrinIndex(fields=["at"], name="result_by_time", pages_per_range=16),)


class RunnerSeat(models.Model):
    """A runner at work: the root's own row, no tenant's. One that stops beating is gone.

    `figures` are for the operator's page: checks, lateness, what waits to be written.
    """

    holder = models.CharField(max_length=80, primary_key=True)
    version = models.CharField(max_length=40, blank=True)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    ill_since = models.DateTimeField(null=True)
    figures = models.JSONField(default=dict)

    login_role_grants = "SELECT, INSERT, UPDATE, DELETE"

    def __str__(self) -> str:
        return self.holder


class RunnerLease(models.Model):
    """The right to ask the checks of one shard of the customers, for a short time."""

    shard = models.PositiveSmallIntegerField(primary_key=True)
    holder = models.CharField(max_length=80, blank=True)
    until = models.DateTimeField()

    login_role_grants = "SELECT, INSERT, UPDATE"

    def __str__(self) -> str:
        return str(self.shard)
