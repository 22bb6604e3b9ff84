"""Django's entry for the app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The `accounts` app."""

    name = "accounts"

    def ready(self) -> None:
        """Make long work known to the workers; let customers and people be found."""
        # Models are not loaded before, hence the imports here.
        from accounts import provider_job  # noqa: F401, PLC0415 - registers itself
        from accounts.search import find_customers, find_people, register_finder  # noqa: PLC0415

        register_finder(20, find_customers)
        register_finder(50, find_people)
