"""The rows of upkeep, by noun."""

from upkeep.models.backups import (
    Backup,
    BackupDriver,
    BackupPart,
    BackupPlan,
    BackupState,
    BackupWaiver,
    Form,
    Level,
    StoredObject,
    Trigger,
    VaultKey,
)
from upkeep.models.restores import Restore, RestoreKind, RestoreState, RestoreStep

__all__ = [
    "Backup",
    "BackupDriver",
    "BackupPart",
    "BackupPlan",
    "BackupState",
    "BackupWaiver",
    "Form",
    "Level",
    "Restore",
    "RestoreKind",
    "RestoreState",
    "RestoreStep",
    "StoredObject",
    "Trigger",
    "VaultKey",
]
