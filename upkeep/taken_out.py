"""What this app gives to a take-out: backups, restores, and what was waived."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from accounts.takeout import Part, PartFile, called
from calcom_portal.common.files import path_of
from upkeep.inspecting.document import name_of
from upkeep.models import (
    Backup,
    BackupPart,
    BackupPlan,
    BackupWaiver,
    Change,
    ChangeFile,
    ChangeSheet,
    ChangeStep,
    FirmwareConsent,
    FirmwareSeen,
    FirmwareStep,
    FirmwareUpdate,
    InspectedDevice,
    Inspection,
    InspectionEntry,
    InspectionItem,
    InspectionMember,
    InspectionPhoto,
    Restore,
    RestoreStep,
    StoredObject,
    VaultKey,
)

WORDS = """\
The backups of your systems
---------------------------
Their files are not in this archive: they are large, and encrypted. data/backups.json tells every
backup that was taken, with its manifest: the list of its parts, each with its form, its size, its
SHA-256, and the name of its object in the store of backups.

Ask your service provider for the backups that you want to have. What is kept is plain age
(https://age-encryption.org) around plain zstd (https://facebook.github.io/zstd): whoever has the
key opens it with these two tools.

For the provider: the objects of a customer lie in the folder p<provider>/c<customer> of the store;
one part at a time can be downloaded from the page of its backup. The runbook tells how they are
opened by hand.
"""

UNSIGNED = Q(inspection__done_at=None)

PARTS = (
    Part("backup_plans", BackupPlan, leaves_out=("drop_secret_hash",), staff_only=True),
    Part("backups", Backup, leaves_out=("token", "look_at")),
    Part("backup_parts", BackupPart, staff_only=True),
    Part("backup_waivers", BackupWaiver),
    # Answers and texts hold passwords of the phone system; the diffs beside them hold none.
    Part("changes", Change, leaves_out=("token", "look_at")),
    Part("change_sheets", ChangeSheet, leaves_out=("sealed_answers",), staff_only=True),
    Part(
        "change_files",
        ChangeFile,
        leaves_out=("sealed_before", "sealed_after"),
        staff_only=True,
    ),
    Part("change_steps", ChangeStep, staff_only=True),
    Part("restores", Restore, leaves_out=("token", "look_at")),
    Part("restore_steps", RestoreStep),
    Part("stored_objects", StoredObject, staff_only=True),
    # Not the private half, which opens with the key of the vault only.
    Part("vault_keys", VaultKey, leaves_out=("sealed_identity",), staff_only=True),
    Part("inspections", Inspection, leaves_out=("look_at",)),
    Part("inspection_items", InspectionItem, hidden=UNSIGNED),
    Part("inspection_photos", InspectionPhoto, hidden=UNSIGNED),
    Part("inspection_members", InspectionMember, staff_only=True),
    Part("inspected_devices", InspectedDevice, staff_only=True),
    Part("inspection_entries", InspectionEntry, staff_only=True),
    Part("firmware_seen", FirmwareSeen),
    Part("firmware_updates", FirmwareUpdate, leaves_out=("token", "look_at")),
    Part("firmware_steps", FirmwareStep, staff_only=True),
    Part("firmware_consents", FirmwareConsent),
)


def files_of(customer_id: int, with_hidden: bool) -> Iterator[PartFile]:
    """Yield the signed reports of inspections, and the pictures that were taken."""
    reports = Inspection.objects.filter(customer_id=customer_id).exclude(sha256="")
    for report in reports.select_related("device").order_by("pk").iterator(chunk_size=500):
        path = f"inspections/{report.pk}/{called(report.pk, name_of(report))}"
        yield PartFile(path, path_of(report.sha256))
    photos = InspectionPhoto.objects.filter(customer_id=customer_id).order_by("pk")
    photos = photos if with_hidden else photos.exclude(UNSIGNED)
    for pk, name, sha256, of in photos.values_list(
        "pk", "name", "sha256", "inspection_id"
    ).iterator(chunk_size=500):
        yield PartFile(f"inspections/{of}/photos/{called(pk, name)}", path_of(sha256))
