"""The words by which devices are found. A trigger of the devices' table keeps them."""

from __future__ import annotations

from django.db import models

from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey
from contracts.models.places import Device


class DeviceWord(CustomerOwned):
    """One word of a device's name, product, serial, tag, room or extension."""

    reached_through = "device"

    device = OwnedForeignKey(Device, related_name="+")
    word = models.TextField(db_collation="C")

    class Meta(CustomerOwned.Meta):
        indexes = (
            models.Index(fields=["provider", "word", "device"], name="device_word"),
            models.Index(
                fields=["provider", "customer", "word", "device"], name="device_word_of_customer"
            ),
        )
