"""What upkeep tells the apps below of backups, restores, firmware and inspections."""

from __future__ import annotations

from django.conf import settings

from accounts.leaving import register_eraser
from accounts.ledgers import register_ledger
from accounts.resealing import register_resealing
from accounts.room import Resource, register_counter
from accounts.takeout import register_takeout
from calcom_portal.common.uploads import limit_uploads
from monitoring.health_sources import register_health_source
from notifications.kinds import register_kinds
from tickets.gates import register_gate
from upkeep import checks  # noqa: F401 - registers itself
from upkeep.backups.damage import DAMAGED
from upkeep.backups.erasing import erase_backups
from upkeep.backups.ledger import verify_manifests
from upkeep.backups.room import count_backups
from upkeep.changing.notices import KINDS as OF_CHANGES
from upkeep.changing.resealing import reseal_changes
from upkeep.gate import GATE
from upkeep.health_source import upkeep_told
from upkeep.inspecting.registering import register_inspections
from upkeep.notices import KINDS
from upkeep.presenters.registering import register_parts
from upkeep.restores.notices import KINDS as RESTORES
from upkeep.taken_out import PARTS, WORDS, files_of
from upkeep.updating.notices import KINDS as OF_FIRMWARE


def wire() -> None:
    """Register everything: once, when all models are loaded."""
    register_takeout(*PARTS, files=files_of, words=WORDS)
    register_kinds(*KINDS, *RESTORES, *OF_CHANGES, *OF_FIRMWARE, DAMAGED)
    register_gate(GATE)
    register_parts()
    register_health_source(upkeep_told)
    register_inspections()
    register_eraser(erase_backups)
    register_resealing(reseal_changes)
    register_counter(Resource.STORAGE, count_backups)
    register_ledger("manifests of backups", verify_manifests)
    limit_uploads("/backups/upload/", lambda: settings.BACKUP_UPLOAD_LIMIT_BYTES)
