"""The upkeep app."""

from __future__ import annotations

from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    """Backups, restores, firmware, changes and inspections."""

    name = "upkeep"

    def ready(self) -> None:
        """Tell the apps below what upkeep knows."""
        # Models are not loaded before, hence the imports here.
        from accounts.takeout import register_takeout  # noqa: PLC0415
        from upkeep.taken_out import PARTS  # noqa: PLC0415

        register_takeout(*PARTS)
