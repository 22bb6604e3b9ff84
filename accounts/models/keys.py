"""Ways in: invitations and API keys. Only hashes are stored."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.capabilities import Role
from accounts.models.people import Membership
from accounts.querysets import InvitationManager
from calcom_portal.common.owned import OwnedForeignKey, ProviderOwned


class Invitation(ProviderOwned):
    """An offer to join a tenant in a role, by e-mail, good once and for a time."""

    customer_lookup = "customer_id"

    customer = OwnedForeignKey(
        "accounts.Customer", null=True, blank=True, related_name="invitations"
    )
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20)
    token_hash = models.CharField(max_length=64, unique=True)
    # Empty for the first administrator of a provider: the operator invited.
    invited_by = OwnedForeignKey(Membership, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    # The limits of the membership to be.
    site_limit = ArrayField(models.BigIntegerField(), null=True, blank=True)
    own_tickets_only = models.BooleanField(default=False, db_default=False)
    may_approve_changes = models.BooleanField(default=False, db_default=False)

    objects: ClassVar[InvitationManager[Invitation]] = InvitationManager()

    def __str__(self) -> str:
        return self.email

    @property
    def role_label(self) -> str:
        """Return the role's name for people."""
        return Role(self.role).label


class ApiKey(ProviderOwned):
    """A token that acts for one membership, within scopes. Shown once; kept as prefix and hash."""

    customer_lookup = "customer_id"

    customer = OwnedForeignKey("accounts.Customer", null=True, blank=True, related_name="+")
    membership = OwnedForeignKey(Membership, related_name="api_keys")
    label = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    secret_hash = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=40))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.label


class Submission(ProviderOwned):
    """One answer to one key: the same form or API call sent again gets the same answer.

    `answer` is JSON: status and body of the API's answer, or the address that a form led to.
    """

    customer_lookup = "customer_id"

    customer = OwnedForeignKey("accounts.Customer", null=True, blank=True, related_name="+")
    membership = OwnedForeignKey(Membership, related_name="+")
    route = models.CharField(max_length=120)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta(ProviderOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "membership", "route", "key"], name="submission_once"
            ),
        )
