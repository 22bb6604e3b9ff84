"""Django's entry for the app."""

from __future__ import annotations

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """The equipment: whether it answers."""

    name = "monitoring"

    def ready(self) -> None:
        """Tell the apps below what this one knows."""
        # Models are not loaded before.
        from monitoring.wiring import wire  # noqa: PLC0415

        wire()
