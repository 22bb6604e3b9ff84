"""The audit trail, and the heads of the hash chains."""

from __future__ import annotations

from django.db import models

from calcom_portal.common.owned import ProviderOwned


class ChainHead(ProviderOwned):
    """The newest number and hash of one chain of a provider. Its row lock orders the writers."""

    chain = models.CharField(max_length=12)
    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64)

    class Meta(ProviderOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "chain"], name="chain_head_once"),
        )


class AuditEntry(ProviderOwned):
    """Who did what, to which thing, from where. Append-only, hash-chained per provider.

    `body` is the canonical JSON that the hash covers; the other columns repeat it for queries.
    `customer_id` is whom it is about, where it is about a customer.
    """

    number = models.BigIntegerField()
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=120)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    customer_id = models.BigIntegerField(null=True)
    body = models.TextField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta(ProviderOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "number"], name="audit_number_once"),
        )
        indexes = (
            models.Index(fields=["provider", "subject", "number"], name="audit_by_subject"),
            models.Index(
                fields=["provider", "customer_id", "number"],
                name="audit_by_customer",
                condition=models.Q(customer_id__isnull=False),
            ),
        )
