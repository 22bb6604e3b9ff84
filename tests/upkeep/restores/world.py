"""Backups to restore, and workers to restore them. The tenant is the device's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from accounts.viewer import Viewer
from calcom_portal.common.tenancy import system_scope
from contracts.models import Device
from tests.monitoring.builders import build_connection, build_credential
from tests.stage import acting
from tests.upkeep.archives import DUMP, tar_of
from tests.upkeep.taking import begin_backup, write_parts
from upkeep.actions.confirm_restore import NOTHING_LEFT, confirm_restore
from upkeep.actions.prepare_restore import RestoreWish, prepare_restore
from upkeep.backups.writing import BackupSink
from upkeep.models import Backup, BackupPlan, BackupState, Restore, RestoreState
from upkeep.sweeps.run_restores import run_restores

SETTINGS = {
    "paths": ["/etc/asterisk"],
    "databases": ["a"],
    "sqlite": [],
    "services": ["asterisk.service"],
    "sudo": False,
    "defaults_file": "",
}
BASELINE = {"table:a.t": "new", "service:asterisk.service": "active"}
TWO_HOURS = timedelta(hours=2)


def plan_with_way(device: Device, **fields: Any) -> BackupPlan:
    """Have a system backed up over SSH, by a login that is never used."""
    connection = build_connection(
        device,
        driver="ssh",
        host_key="SHA256:x",
        credential=build_credential(device, user="backup", password="never used"),
    )
    with system_scope("a test") as scope:
        made: BackupPlan = BackupPlan.objects.create(
            provider_id=device.provider_id,
            customer_id=device.customer_id,
            device=device,
            driver="ssh",
            connection=connection,
            settings=SETTINGS,
            made_at=scope.now,
            **fields,
        )
        return made


def stored_backup(
    device: Device, *, archive: bytes = b"", dump: bytes = DUMP, with_database: bool = True
) -> Backup:
    """Take a real backup with a folder and a database; it is opened at once (level 2)."""
    sink = BackupSink(begin_backup(device))
    config = archive or tar_of(**{"etc/asterisk/pjsip.conf": b"[101]\n"})
    parts = (("config", "tar", config), ("db-a", "sql", dump))
    for name, form, data in parts if with_database else parts[:1]:
        with sink.part(name, form) as part:
            part.write(data)
            part.finish()
    return sink.finish(firmware="22.10.1", baseline=BASELINE)


def wish_for(backup: Backup, **fields: Any) -> RestoreWish:
    """Return a wish to restore all of a backup within the next two hours."""
    with system_scope("a test") as scope:
        ends_by = scope.now + TWO_HOURS
    return replace(RestoreWish(backup, "The disk was replaced.", ends_by), **fields)


def prepared(backup: Backup, actor: Viewer, **fields: Any) -> Restore:
    """Prepare a restore, and let the worker look at the system."""
    wish = wish_for(backup, **fields)
    with acting(actor):
        made = prepare_restore(wish=wish, actor=actor)
    run_restores()
    made = again(made)
    assert made.problem == "", made.problem
    return made


def confirmed(backup: Backup, asker: Viewer, other: Viewer, **fields: Any) -> Restore:
    """Prepare a restore, and have another person confirm it."""
    made = prepared(backup, asker, **fields)
    with acting(other):
        return confirm_restore(
            restore=made,
            typed_name=made.device.name,
            accepted=[],
            alone_reason="",
            actor=other,
            nothing_left=NOTHING_LEFT if made.without_safety else "",
        )


def take_safety_backups(state: BackupState = BackupState.STORED) -> None:
    """Do what the keeper does."""
    with system_scope("a test"):
        waiting = list(Backup.objects.filter(state=BackupState.WAITING))
    for one in waiting:
        one.token = "k" * 32
        with system_scope("a test"):
            one.save(update_fields=["token"])
        sink = BackupSink(one)
        if state == BackupState.FAILED:
            sink.fail("The dump of the database a failed.")
        else:
            write_parts(sink, config=b"[102]\n")
            sink.finish()


def again(restore: Restore) -> Restore:
    """Read a restore anew."""
    with system_scope("a test"):
        return Restore.objects.select_related("device", "backup", "safety_backup").get(
            pk=restore.pk
        )


def steps_of(restore: Restore) -> list[tuple[str, str]]:
    """Return its facts: step and outcome."""
    with system_scope("a test"):
        return list(restore.steps.order_by("number").values_list("code", "outcome"))


def is_running(restore: Restore) -> bool:
    """Has it not ended?"""
    return bool(again(restore).state == RestoreState.RUNNING)
