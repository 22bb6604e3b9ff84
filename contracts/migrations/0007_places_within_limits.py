"""People with a limit reach the sites and devices that it leaves them."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from calcom_portal.common.rls import (
    DEVICE_IN_REACH,
    OF_DEVICE_IN_REACH,
    SITE_IN_REACH,
    NarrowTable,
)

OWN = {"customer_column": "customer_id"}
OF_SIGNED_CONTRACT = "EXISTS (SELECT FROM contracts_contract c WHERE c.id = contract_id)"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("contracts", "0006_editable_catalogue")]

    operations: ClassVar = [
        NarrowTable("site", **OWN, also_for_customer=SITE_IN_REACH),
        NarrowTable("device", **OWN, also_for_customer=DEVICE_IN_REACH),
        NarrowTable("deviceevent", **OWN, also_for_customer=OF_DEVICE_IN_REACH),
        NarrowTable(
            "warrantyitem",
            **OWN,
            also_for_customer=f"{OF_SIGNED_CONTRACT} AND ({OF_DEVICE_IN_REACH})",
        ),
    ]
