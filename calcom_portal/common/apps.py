"""The kernel's Django app: roles, grants, the database's clock."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from calcom_portal.common.grants import grant_global_tables, let_owner_erase


class CommonConfig(AppConfig):
    """Registers the system checks and, after migrations, the grants of the login role."""

    name = "calcom_portal.common"
    label = "common"

    def ready(self) -> None:
        """Connect what must exist once."""
        from calcom_portal.common import checks  # noqa: F401, PLC0415 - registers itself

        # Default privileges do not reach the test database, so grants are given after each migrate.
        post_migrate.connect(grant_global_tables, sender=self, dispatch_uid="grant_global_tables")
        post_migrate.connect(let_owner_erase, sender=self, dispatch_uid="let_owner_erase")
