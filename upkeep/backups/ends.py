"""How a backup ends that is not stored, and how one is put off. Lock its row before."""

from __future__ import annotations

from datetime import datetime

from accounts.audit import record
from accounts.viewer import Viewer
from upkeep.models import Backup, BackupState

WORKER = "Backups"
LONGEST_PROBLEM = 500
OUR_FAULT = (
    "Something went wrong on our side. Whoever operates the portal can see what; asking again does"
    " no harm."
)
TOO_LONG = "It took longer than the portal allows. Keep less in it, or divide the system."


def end_backup(backup: Backup, problem: str) -> None:
    """Write down that a backup failed, and why in words."""
    backup.state, backup.problem = BackupState.FAILED.value, problem[:LONGEST_PROBLEM]
    backup.look_at, backup.step, backup.token = None, "", ""
    backup.save(update_fields=["state", "problem", "look_at", "step", "token"])
    actor = Viewer.system(WORKER, provider_id=backup.provider_id)
    record(actor, "backup.failed", backup, device=backup.device_id)


def put_off(backup: Backup, until: datetime, step: str, problem: str = "") -> None:
    """Let a backup wait until then; `problem` is why it was not taken now."""
    backup.state, backup.token = BackupState.WAITING.value, ""
    backup.look_at, backup.step = until, step
    backup.begun_at, backup.problem = None, problem[:LONGEST_PROBLEM]
    backup.save(update_fields=["state", "token", "look_at", "step", "begun_at", "problem"])
