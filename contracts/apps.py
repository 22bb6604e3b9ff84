"""Django's entry for the app."""

from django.apps import AppConfig

from accounts.customer_links import CustomerLink, register_customer_link


class ContractsConfig(AppConfig):
    """The `contracts` app."""

    name = "contracts"

    def ready(self) -> None:
        """Show the way from a customer to what it has."""
        register_customer_link(CustomerLink("Contracts", "contracts", "file-text"))
        register_customer_link(CustomerLink("Sites", "sites", "map-pin"))
        register_customer_link(CustomerLink("Devices", "devices", "server"))
