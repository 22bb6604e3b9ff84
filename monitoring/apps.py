"""The monitoring app."""

from __future__ import annotations

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """The equipment: whether it answers."""

    name = "monitoring"

    def ready(self) -> None:
        """Tell the apps below what monitoring knows."""
        # Models are not loaded before, hence the imports here.
        from accounts.takeout import register_takeout  # noqa: PLC0415
        from monitoring.taken_out import PARTS  # noqa: PLC0415

        register_takeout(*PARTS)
