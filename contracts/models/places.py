"""Where customers are, and what is installed there."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower

from calcom_portal.common.limits import Limit
from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey
from contracts.querysets import DeviceManager, SiteManager


class Site(CustomerOwned):  # type: ignore[django-manager-missing,unused-ignore]
    """A place of a customer."""

    name = models.CharField(max_length=120)
    address = models.CharField(max_length=240, blank=True)
    zone = models.CharField(max_length=64, default="America/Los_Angeles")
    is_active = models.BooleanField(default=True)

    objects: ClassVar[SiteManager[Site]] = SiteManager()

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "customer", "name"], name="site_name_once"),
        )

    def __str__(self) -> str:
        return self.name

    @classmethod
    def within(cls, limit: Limit) -> models.Q:
        """Keep the sites of somebody with a limit."""
        return models.Q() if limit.site_ids is None else models.Q(pk__in=limit.site_ids)


class DeviceKind(models.TextChoices):
    """What an installed product is."""

    PBX = "pbx", "Phone system"
    PHONE = "phone", "Phone"
    GATEWAY = "gateway", "Gateway"
    SWITCH = "switch", "Switch"
    ACCESS_POINT = "access_point", "Wi-Fi access point"
    UPS = "ups", "Battery backup"
    OTHER = "other", "Other equipment"


class Device(CustomerOwned):  # type: ignore[django-manager-missing,unused-ignore]
    """An installed product at a site."""

    site = OwnedForeignKey(Site, related_name="devices")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=DeviceKind.choices)
    vendor = models.CharField(max_length=80, blank=True)
    model = models.CharField(max_length=80, blank=True)
    serial = models.CharField(max_length=80, blank=True)
    asset_tag = models.CharField(max_length=40, blank=True)
    room = models.CharField(max_length=80, blank=True)
    extension = models.CharField(max_length=20, blank=True, default="", db_default="")
    installed_on = models.DateField(null=True, blank=True)
    installed_by_us = models.BooleanField(default=True)
    retired_on = models.DateField(null=True, blank=True)
    # The model of the catalogue that `vendor` and `model` name, where there is one.
    product_model = OwnedForeignKey("contracts.ProductModel", null=True, related_name="devices")
    replaces = OwnedForeignKey("self", null=True, related_name="replaced_by")

    objects: ClassVar[DeviceManager[Device]] = DeviceManager()

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "replaces"], name="device_replaced_once"),
            models.UniqueConstraint(
                models.F("provider"),
                Lower("vendor"),
                models.F("serial"),
                condition=models.Q(retired_on__isnull=True) & ~models.Q(serial=""),
                name="serial_in_service_once",
            ),
        )
        indexes = (
            models.Index(fields=["provider", "customer", "site", "name"], name="device_by_site"),
            models.Index(fields=["provider", "serial"], name="device_by_serial"),
        )

    def __str__(self) -> str:
        return self.name

    @classmethod
    def within(cls, limit: Limit) -> models.Q:
        """Keep what is installed at the sites of somebody with a limit."""
        return models.Q() if limit.site_ids is None else models.Q(site_id__in=limit.site_ids)

    @property
    def product(self) -> str:
        """Return vendor and model in one."""
        return f"{self.vendor} {self.model}".strip()
