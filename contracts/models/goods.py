"""Installed products: the models there are, which are under warranty, what happened to each."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Lower

from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey, ProviderOwned
from contracts.models.places import Device, DeviceKind
from contracts.models.promises import Contract, ContractState
from contracts.querysets import ProductModelManager, WarrantyItemManager


class ProductModel(ProviderOwned):  # type: ignore[django-manager-missing,unused-ignore]
    """A model of a maker that the provider installs. Customers see the models that they have."""

    vendor = models.CharField(max_length=80)
    model = models.CharField(max_length=80)
    kind = models.CharField(max_length=16, choices=DeviceKind.choices)
    # The maker's last day of support, where it is known.
    support_ends_on = models.DateField(null=True, blank=True)

    objects: ClassVar[ProductModelManager[ProductModel]] = ProductModelManager()

    class Meta(ProviderOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                F("provider"), Lower("vendor"), Lower("model"), name="product_model_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.vendor} {self.model}"


class WarrantyItem(CustomerOwned):
    """A line of a contract's list of products under extended warranty (clause WARRANTY).

    Both days are included. Customers see the lists of signed contracts.
    """

    reached_through = "device"

    contract = OwnedForeignKey(Contract, related_name="warranty_items")
    device = OwnedForeignKey(Device, related_name="warranty_items")
    starts_on = models.DateField()
    ends_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)

    objects: ClassVar[WarrantyItemManager[WarrantyItem]] = WarrantyItemManager()

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=F("starts_on")), name="warranty_ends_after_start"
            ),
            ExclusionConstraint(
                name="warranty_once_at_a_time",
                expressions=[
                    ("device", RangeOperators.EQUAL),
                    (
                        Func(
                            F("starts_on"),
                            F("ends_on"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        )
        indexes = (
            models.Index(fields=["provider", "customer", "ends_on"], name="warranty_by_end"),
            models.Index(fields=["provider", "contract"], name="warranty_of_contract"),
        )

    def __str__(self) -> str:
        return f"of {self.device_id} from {self.starts_on} to {self.ends_on}"

    @classmethod
    def seen_by_customer(cls, customer_id: int) -> models.Q:
        """Customers see what belongs to a signed contract; drafts are the provider's."""
        return models.Q(customer_id=customer_id, contract__state=ContractState.SIGNED)


class DeviceEventKind(models.TextChoices):
    """What happened to an installed product."""

    INSTALLED = "installed", "Written down"
    EDITED = "edited", "Corrected"
    RETIRED = "retired", "Taken out of service"
    SWAPPED_OUT = "swapped_out", "Replaced"
    SWAPPED_IN = "swapped_in", "Put in as a replacement"
    WARRANTY_ADDED = "warranty_added", "Put under warranty"
    WARRANTY_CHANGED = "warranty_changed", "Warranty changed"
    WARRANTY_REMOVED = "warranty_removed", "Warranty taken off"


class DeviceEvent(CustomerOwned):
    """A line of a device's service history. Append-only; `details` are plain values by name."""

    reached_through = "device"

    device = OwnedForeignKey(Device, related_name="events")
    kind = models.CharField(max_length=20, choices=DeviceEventKind.choices)
    at = models.DateTimeField()
    actor_name = models.CharField(max_length=120)
    details = models.JSONField(default=dict)

    class Meta(CustomerOwned.Meta):
        indexes = (
            models.Index(fields=["provider", "device", "-at", "-id"], name="device_events_newest"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.at:%Y-%m-%d}"
