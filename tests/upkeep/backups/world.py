"""One of everything that the addresses of backups may name, for the access matrix."""

from __future__ import annotations

from datetime import timedelta

from calcom_portal.common.tenancy import system_scope
from tests.builders import build_device
from tests.cast import Cast
from tests.upkeep.backups.rows import backup_of, plan_for
from upkeep.models import BackupPart, Restore, StoredObject


def build_backups(cast: Cast) -> dict[str, int]:
    """Make them, of Bayview's phone system; return ids by the name in `access_visits`."""
    device = cast.phone_system
    backup = backup_of(plan_for(device), manifest="{}")
    owner = {"provider_id": device.provider_id, "customer_id": device.customer_id}
    with system_scope("a test lays down a part of a backup") as scope:
        stored = StoredObject.objects.create(
            **owner,
            device=device,
            key="backups/not-there",
            plain_mac="0" * 64,
            plain_bytes=40_000_000,
            stored_sha256="0" * 64,
            stored_bytes=12_582_912,
            written_at=scope.now,
        )
        part = BackupPart.objects.create(
            **owner, backup=backup, stored_object=stored, name="config", form="tar"
        )
        restore = Restore.objects.create(
            **owner,
            device=device,
            backup=backup,
            kind="system",
            state="prepared",
            asked_at=scope.now,
            checked_at=scope.now,
            ends_by=scope.now + timedelta(hours=1),
        )
    sender = build_device(cast.market_street, "Phone system of the annexe")
    drop = plan_for(sender, driver="drop", every_hours=None, drop_name="drop-k3m9x2pq")
    return {
        "drop_plan": drop.pk,
        "backup": backup.pk,
        "part_id": part.pk,
        "device_id": device.pk,
        "restore": restore.pk,
    }
