"""Django's entry for the app."""

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    """The `contracts` app."""

    name = "contracts"
