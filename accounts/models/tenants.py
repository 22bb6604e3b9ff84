"""The tenant root and its customers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.querysets import CustomerManager
from calcom_portal.common.limits import Limit
from calcom_portal.common.owned import OwnedManager, ProviderOwned


class Provider(models.Model):
    """A service company. The row of the tenant itself: it sees only its own."""

    provider_lookup = "id"
    customer_lookup = ""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=40, unique=True)
    reference_prefix = models.CharField(max_length=6)
    zone = models.CharField(max_length=64, default="America/Los_Angeles")
    phone = models.CharField(max_length=32, blank=True)
    # With phone, the letterhead of documents. The mail address is for people to write to.
    address = models.CharField(max_length=400, blank=True, db_default="")
    email = models.EmailField(max_length=254, blank=True, db_default="")
    website = models.CharField(max_length=120, blank=True, db_default="")
    # Names a file among those of the provider; empty: no logo.
    logo_sha256 = models.CharField(max_length=64, blank=True, db_default="")
    mail_from = models.EmailField(max_length=254)
    reopen_days = models.PositiveSmallIntegerField(default=14)
    close_after_days = models.PositiveSmallIntegerField(default=7)
    acknowledge_minutes = models.PositiveSmallIntegerField(default=15)
    # A copy of the plan, so that nothing inside a tenant has to read plans. See `limits`.
    plan_name = models.CharField(max_length=60, db_default="Unlimited", default="Unlimited")
    limits = models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict)
    created_at = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)
    suspended_because = models.CharField(max_length=300, blank=True, db_default="")
    # Set together; the database refuses a due instant that leaves less than the whole grace.
    deletion_asked_at = models.DateTimeField(null=True)
    deletion_due_at = models.DateTimeField(null=True)
    # Marks of the first hour: what was skipped, when it was dismissed. See `first_hour`.
    first_hour = models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict)

    objects: ClassVar[OwnedManager[Provider]] = OwnedManager()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return self.name

    @property
    def is_suspended(self) -> bool:
        """Is everything read-only?"""
        return self.suspended_at is not None

    @classmethod
    def within(cls, limit: Limit) -> models.Q:
        """Everybody sees who serves them."""
        return models.Q()


class Customer(ProviderOwned):
    """A company with contracts."""

    customer_lookup = "id"

    name = models.CharField(max_length=160)
    number = models.CharField(max_length=20)
    phone = models.CharField(max_length=32, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # The last day, what happens to open tickets then, when it did, when names were erased.
    leaves_on = models.DateField(null=True, blank=True)
    leaving_closes = models.BooleanField(default=False, db_default=False)
    left_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[CustomerManager[Customer]] = CustomerManager()

    class Meta(ProviderOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "number"], name="customer_number_once"),
        )

    def __str__(self) -> str:
        return self.name
