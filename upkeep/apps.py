"""The upkeep app."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings

from calcom_portal.common.uploads import limit_uploads


class UpkeepConfig(AppConfig):
    """Backups, restores, firmware, changes and inspections."""

    name = "upkeep"

    def ready(self) -> None:
        """Tell the apps below what upkeep knows."""
        # Models are not loaded before, hence the imports here.
        from accounts.leaving import register_eraser  # noqa: PLC0415
        from accounts.ledgers import register_ledger  # noqa: PLC0415
        from accounts.resealing import register_resealing  # noqa: PLC0415
        from accounts.room import Resource, register_counter  # noqa: PLC0415
        from accounts.takeout import register_takeout  # noqa: PLC0415
        from monitoring.health_sources import register_health_source  # noqa: PLC0415
        from notifications.kinds import register_kinds  # noqa: PLC0415
        from tickets.gates import register_gate  # noqa: PLC0415
        from upkeep import checks  # noqa: F401, PLC0415 - registers itself
        from upkeep.backups.damage import DAMAGED  # noqa: PLC0415
        from upkeep.backups.erasing import erase_backups  # noqa: PLC0415
        from upkeep.backups.ledger import verify_manifests  # noqa: PLC0415
        from upkeep.backups.room import count_backups  # noqa: PLC0415
        from upkeep.changing.notices import KINDS as OF_CHANGES  # noqa: PLC0415
        from upkeep.changing.resealing import reseal_changes  # noqa: PLC0415
        from upkeep.gate import GATE  # noqa: PLC0415
        from upkeep.health_source import upkeep_told  # noqa: PLC0415
        from upkeep.inspecting.registering import register_inspections  # noqa: PLC0415
        from upkeep.notices import KINDS  # noqa: PLC0415
        from upkeep.presenters.registering import register_parts  # noqa: PLC0415
        from upkeep.restores.notices import KINDS as RESTORES  # noqa: PLC0415
        from upkeep.taken_out import PARTS, WORDS, files_of  # noqa: PLC0415
        from upkeep.updating.notices import KINDS as OF_FIRMWARE  # noqa: PLC0415

        register_takeout(*PARTS, files=files_of, words=WORDS)
        register_kinds(*KINDS, *RESTORES, *OF_CHANGES, *OF_FIRMWARE)
        register_gate(GATE)
        register_parts()
        register_health_source(upkeep_told)
        register_inspections()
        register_kinds(DAMAGED)
        register_eraser(erase_backups)
        register_resealing(reseal_changes)
        register_counter(Resource.STORAGE, count_backups)
        register_ledger("manifests of backups", verify_manifests)
        limit_uploads("/backups/upload/", lambda: settings.BACKUP_UPLOAD_LIMIT_BYTES)
