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
from upkeep.models.changes import Change, ChangeFile, ChangeSheet, ChangeState, ChangeStep
from upkeep.models.firmware import FirmwareAdvisory, FirmwareRelease, FirmwareSeen
from upkeep.models.inspections import (
    Checklist,
    ChecklistLine,
    InspectedDevice,
    Inspection,
    InspectionEntry,
    InspectionItem,
    InspectionMember,
    InspectionPhoto,
)
from upkeep.models.restores import Restore, RestoreKind, RestoreState, RestoreStep

__all__ = [
    "Backup",
    "BackupDriver",
    "BackupPart",
    "BackupPlan",
    "BackupState",
    "BackupWaiver",
    "Change",
    "ChangeFile",
    "ChangeSheet",
    "ChangeState",
    "ChangeStep",
    "Checklist",
    "ChecklistLine",
    "FirmwareAdvisory",
    "FirmwareRelease",
    "FirmwareSeen",
    "Form",
    "InspectedDevice",
    "Inspection",
    "InspectionEntry",
    "InspectionItem",
    "InspectionMember",
    "InspectionPhoto",
    "Level",
    "Restore",
    "RestoreKind",
    "RestoreState",
    "RestoreStep",
    "StoredObject",
    "Trigger",
    "VaultKey",
]
