"""Backups in tests: rows that a worker has its lease on, and parts that it writes."""

from __future__ import annotations

from uuid import uuid4

from calcom_portal.common.tenancy import system_scope
from contracts.models import Device
from tests.upkeep.archives import DUMP, tar_of
from upkeep.backups.writing import LEASE, BackupSink
from upkeep.models import Backup, BackupDriver, BackupPlan, BackupState, Trigger
from upkeep.store.names import new_name


def plan_for(device: Device, **fields: object) -> BackupPlan:
    """Make the plan of a system."""
    with system_scope("a test") as scope:
        return BackupPlan.objects.create(
            provider_id=device.provider_id,
            customer_id=device.customer_id,
            device=device,
            made_at=scope.now,
            **{"driver": BackupDriver.SSH.value, **fields},
        )


def begin_backup(device: Device, trigger: Trigger = Trigger.SCHEDULE) -> Backup:
    """Make a backup that a worker of ours has just taken on."""
    with system_scope("a test") as scope:
        return Backup.objects.create(
            provider_id=device.provider_id,
            customer_id=device.customer_id,
            device=device,
            plan=BackupPlan.objects.filter(device=device).first(),
            name=new_name(scope.now),
            trigger=trigger.value,
            state=BackupState.RUNNING.value,
            token=uuid4().hex,
            asked_at=scope.now,
            begun_at=scope.now,
            look_at=scope.now + LEASE,
        )


def write_parts(sink: BackupSink, config: bytes = b"[101]\n", dump: bytes = DUMP) -> None:
    """Write the two parts of a small phone system."""
    for name, form, data in (
        ("config", "tar", tar_of(**{"etc/asterisk/pjsip.conf": config})),
        ("db-asterisk", "sql", dump),
    ):
        with sink.part(name, form) as part:
            part.write(data)
            part.finish()


def take_backup(
    device: Device, config: bytes = b"[101]\n", trigger: Trigger = Trigger.SCHEDULE
) -> Backup:
    """Take a whole backup of a system."""
    sink = BackupSink(begin_backup(device, trigger))
    write_parts(sink, config)
    return sink.finish(firmware="22.10.1", baseline={"extensions": 12})
