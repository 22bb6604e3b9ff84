"""Django's entry for the app."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """The `tickets` app."""

    name = "tickets"
