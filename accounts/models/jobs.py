"""Long work that somebody asked for: imports, take-outs, statements."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models.people import Membership
from accounts.querysets import JobManager
from calcom_portal.common.owned import OwnedForeignKey, ProviderOwned


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def is_over(self) -> bool:
        """Will nothing more happen?"""
        return self not in {JobState.QUEUED, JobState.RUNNING}


class Job(ProviderOwned):
    """A piece of long work of one person; `customer` is whom it is about, if anybody.

    `arguments` are ids and small values, never a secret. `checkpoint` is what work in pieces has
    behind it. A running job belongs to whoever holds `lease_token` until `lease_until`.
    """

    customer_lookup = "customer_id"

    customer = OwnedForeignKey("accounts.Customer", null=True, blank=True, related_name="+")
    membership = OwnedForeignKey(Membership, related_name="+")
    # What the provider's people do about a customer is not the customer's to see.
    by_staff = models.BooleanField()
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=160)
    state = models.CharField(
        max_length=10, choices=[(state.value, state.value.capitalize()) for state in JobState]
    )
    step = models.CharField(max_length=160, blank=True)
    done_count = models.PositiveIntegerField(default=0)
    total_count = models.PositiveIntegerField(default=0)
    arguments = models.JSONField(default=dict)
    checkpoint = models.JSONField(default=dict)
    outcome = models.JSONField(null=True)
    error = models.CharField(max_length=500, blank=True)
    file_name = models.CharField(max_length=160, blank=True)
    file_key = models.CharField(max_length=32, blank=True)
    file_size = models.PositiveBigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    stop_asked_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects: ClassVar[JobManager[Job]] = JobManager()

    class Meta(ProviderOwned.Meta):
        indexes = (
            models.Index(fields=["provider", "membership", "id"], name="job_by_owner"),
            models.Index(
                fields=["id"],
                name="job_unfinished",
                condition=Q(state__in=[JobState.QUEUED.value, JobState.RUNNING.value]),
            ),
            models.Index(
                fields=["expires_at"], name="job_expiring", condition=Q(expires_at__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return self.title

    @classmethod
    def seen_by_customer(cls, customer_id: int) -> Q:
        """Customers see what their own people asked for."""
        return Q(customer_id=customer_id, by_staff=False)

    @property
    def is_over(self) -> bool:
        """Will nothing more happen?"""
        return JobState(self.state).is_over

    @property
    def has_file(self) -> bool:
        """Is there a result to download?"""
        return self.state == JobState.DONE and bool(self.file_key)
