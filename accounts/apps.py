"""Django's entry for the app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The `accounts` app."""

    name = "accounts"

    def ready(self) -> None:
        """Make the long work of this app known to the workers."""
        # Models are not loaded before, hence the import here.
        from accounts import provider_job  # noqa: F401, PLC0415 - registers itself
