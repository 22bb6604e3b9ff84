"""Plans of the tests; the tenant is the device's."""

from __future__ import annotations

from typing import Any

from calcom_portal.common.tenancy import provider_scope
from contracts.models import Device
from upkeep.models import BackupDriver, BackupPlan


def plan_of(device: Device, driver: BackupDriver = BackupDriver.DROP, **fields: Any) -> BackupPlan:
    """Have a device backed up so."""
    with provider_scope(provider_id=device.provider_id) as scope:
        plan: BackupPlan = BackupPlan.objects.create(
            provider_id=device.provider_id,
            customer_id=device.customer_id,
            device=device,
            driver=driver,
            made_at=scope.now,
            **fields,
        )
        return plan
