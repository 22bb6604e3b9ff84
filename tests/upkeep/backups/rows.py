"""Plans and backups as they lie in the tables. The tenant is the device's."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from calcom_portal.common.tenancy import provider_scope
from contracts.models import Device
from upkeep.models import Backup, BackupPlan, Level

_names = count(1)


def plan_for(device: Device, **fields: Any) -> BackupPlan:
    """Have a device backed up every day over SSH."""
    with provider_scope(provider_id=device.provider_id) as scope:
        usual = {
            "driver": "ssh",
            "every_hours": 24,
            "made_at": scope.now - timedelta(days=30),
            "alarm_at": scope.now + timedelta(days=9),
        }
        made: BackupPlan = BackupPlan.objects.create(
            provider_id=device.provider_id,
            customer_id=device.customer_id,
            device=device,
            **usual | fields,
        )
        return made


def backup_of(plan: BackupPlan, at: datetime | None = None, **fields: Any) -> Backup:
    """Write down a backup, good unless `fields` say otherwise, of the state at `at` (now)."""
    with provider_scope(provider_id=plan.provider_id) as scope:
        at = at or scope.now
        usual = {
            "trigger": "schedule",
            "state": "stored",
            "level": Level.OPENED,
            "asked_at": at,
            "begun_at": at,
            "stored_at": at + timedelta(seconds=40),
            "opened_at": at + timedelta(seconds=40),
            "plain_bytes": 40_000_000,
            "stored_bytes": 12_582_912,
        }
        made: Backup = Backup.objects.create(
            provider_id=plan.provider_id,
            customer_id=plan.customer_id,
            device_id=plan.device_id,
            plan=plan,
            name=f"01JD{next(_names):022}",
            **usual | fields,
        )
        return made
