"""Firmware: what the catalogue knows, and what each device runs."""

from __future__ import annotations

from django.db import models

from accounts.models import Membership
from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey, ProviderOwned
from contracts.models import Device, ProductModel
from upkeep.firmware.standing import Status


class FirmwareRelease(ProviderOwned):
    """A release of a model. `version` is what the device says when it runs it.

    `ends_on` is the last day of the maker's support, `file_sha256` the hash (hex) of its file,
    `file_url` where that is fetched from.
    """

    product_model = OwnedForeignKey(ProductModel, related_name="firmware_releases")
    version = models.CharField(max_length=80)
    status = models.CharField(
        max_length=10, choices=[(one.value, one.label) for one in Status], default=Status.SEEN.value
    )
    released_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    file_url = models.CharField(max_length=300, blank=True, default="", db_default="")
    notes = models.CharField(max_length=1000, blank=True)
    added_at = models.DateTimeField()

    class Meta(ProviderOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "product_model", "version"], name="firmware_release_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.product_model} {self.version}"


class FirmwareAdvisory(ProviderOwned):
    """That versions of a model have a fault: from `since` (all when empty) to before `fixed_in`."""

    product_model = OwnedForeignKey(ProductModel, related_name="firmware_advisories")
    title = models.CharField(max_length=160)
    text = models.CharField(max_length=2000, blank=True)
    source = models.CharField(max_length=300, blank=True)
    since = models.CharField(max_length=80, blank=True)
    fixed_in = models.CharField(max_length=80, blank=True)
    published_on = models.DateField()
    entered_at = models.DateTimeField()
    entered_by = OwnedForeignKey(Membership, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta(ProviderOwned.Meta):
        indexes = (
            models.Index(fields=["provider", "product_model"], name="firmware_advisory_of_model"),
            models.Index(fields=["provider", "-entered_at"], name="firmware_advisory_newest"),
        )

    def __str__(self) -> str:
        return self.title


class FirmwareSeen(CustomerOwned):
    """Which version a device runs, from `since` on; until it was seen with another one.

    `source` says who told: a check, an update, a person. `seen_at` is when it was told last.
    """

    reached_through = "device"

    device = OwnedForeignKey(Device, related_name="firmware_seen")
    version = models.CharField(max_length=80)
    words = models.CharField(max_length=160, blank=True)
    source = models.CharField(max_length=160)
    since = models.DateTimeField()
    seen_at = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "device"],
                name="firmware_seen_one_now",
                condition=models.Q(until__isnull=True),
            ),
        )
        indexes = (
            models.Index(fields=["provider", "device", "-since"], name="firmware_seen_of_device"),
        )

    def __str__(self) -> str:
        return self.version
