"""Django's entry for the app."""

from __future__ import annotations

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """The `notifications` app."""

    name = "notifications"

    def ready(self) -> None:
        """Tell the apps below what this one knows."""
        # Models are not loaded before.
        from notifications.wiring import wire  # noqa: PLC0415

        wire()
