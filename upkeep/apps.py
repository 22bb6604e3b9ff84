"""Django's entry for the app."""

from __future__ import annotations

from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    """Backups, restores, firmware, changes and inspections."""

    name = "upkeep"

    def ready(self) -> None:
        """Tell the apps below what this one knows."""
        # Models are not loaded before.
        from upkeep.wiring import wire  # noqa: PLC0415

        wire()
