"""What the operator of the installation keeps: plans, figures, sign-ups, and an own log."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from calcom_portal.common.owned import ProviderOwned


class Plan(models.Model):
    """How much a provider may have. An empty limit means: as much as it likes."""

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)
    customers = models.PositiveIntegerField(null=True)
    staff = models.PositiveIntegerField(null=True)
    devices = models.PositiveIntegerField(null=True)
    storage_megabytes = models.PositiveIntegerField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class OperatorEntry(models.Model):
    """What an operator, or the portal for one, did to a provider. Append-only, hash-chained.

    Outlives the provider, so it names it and does not refer to it. `body` is the canonical JSON
    that the hash covers; the other columns repeat it for queries.
    """

    login_role_grants = "SELECT, INSERT"

    number = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=254)
    action = models.CharField(max_length=60)
    tenant = models.BigIntegerField(null=True)
    tenant_name = models.CharField(max_length=120, blank=True)
    body = models.TextField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = (models.Index(fields=["tenant", "number"], name="operator_log_by_tenant"),)

    def __str__(self) -> str:
        return f"{self.number} {self.action}"


class SignUp(models.Model):
    """A company that wants to begin, until its mail is confirmed. Belongs to no tenant yet.

    The token of the link is computed from `nonce` and the portal's key; see `letters`.
    """

    company = models.CharField(max_length=120)
    name = models.CharField(max_length=120)
    email = models.EmailField(max_length=254)
    address = models.GenericIPAddressField()
    nonce = models.CharField(max_length=32)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    # The letter: when it left, and until when somebody is at it.
    sent_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = (
            models.Index(fields=["email", "created_at"], name="sign_up_by_email"),
            models.Index(fields=["address", "created_at"], name="sign_up_by_address"),
            models.Index(
                fields=["created_at"],
                name="sign_up_to_send",
                condition=models.Q(sent_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return self.company


class ProviderFigures(ProviderOwned):
    """Counts of one provider, kept by a sweep: all that operators see of what is inside."""

    customers = models.PositiveIntegerField()
    staff = models.PositiveIntegerField()
    devices = models.PositiveIntegerField()
    storage_bytes = models.PositiveBigIntegerField()
    last_active_at = models.DateTimeField(null=True)
    counted_at = models.DateTimeField()

    class Meta(ProviderOwned.Meta):
        constraints = (models.UniqueConstraint(fields=["provider"], name="provider_figures_once"),)
