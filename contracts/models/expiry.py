"""Warnings before warranty and makers' support end."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey, ProviderOwned
from contracts.models.places import Device


class ExpiryKind(models.TextChoices):
    """What ends."""

    WARRANTY = "warranty", "Warranty"
    SUPPORT = "support", "Maker's support"


class ExpirySetting(ProviderOwned):
    """How many days before an end a provider wants to be told. Without a row: 90, 30 and 7."""

    days = ArrayField(models.PositiveSmallIntegerField())

    class Meta(ProviderOwned.Meta):
        constraints = (models.UniqueConstraint(fields=["provider"], name="expiry_setting_once"),)


class ExpiryWarning(CustomerOwned):
    """That an end of a device was told at a horizon (days before). Append-only."""

    device = OwnedForeignKey(Device, related_name="+")
    kind = models.CharField(max_length=10, choices=ExpiryKind.choices)
    ends_on = models.DateField()
    horizon = models.PositiveSmallIntegerField()
    told_at = models.DateTimeField()

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "device", "kind", "ends_on", "horizon"],
                name="expiry_told_once",
            ),
        )
