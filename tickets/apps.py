"""Django's entry for the app."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """The `tickets` app."""

    name = "tickets"

    def ready(self) -> None:
        """Tell the apps below what tickets know."""
        from notifications.kinds import register_kinds  # noqa: PLC0415 - models are not loaded before
        from tickets.notices import KINDS  # noqa: PLC0415 - as above

        register_kinds(*KINDS)
