"""Django's entry for the app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The `accounts` app."""

    name = "accounts"

    def ready(self) -> None:
        """Say what is found, taken out and ended here, and which work takes long."""
        # Models are not loaded before, hence the imports here.
        from accounts import provider_job  # noqa: F401, PLC0415 - registers itself
        from accounts.actions.take_out_data import KIND, run_takeout  # noqa: PLC0415
        from accounts.api_scopes import ApiScope  # noqa: PLC0415
        from accounts.audit_export import export_audit  # noqa: PLC0415
        from accounts.capabilities import Capability  # noqa: PLC0415
        from accounts.jobs import register_job  # noqa: PLC0415
        from accounts.offboarding import register_leaving  # noqa: PLC0415
        from accounts.offboarding_people import PeopleLeave  # noqa: PLC0415
        from accounts.search import find_customers, find_people, register_finder  # noqa: PLC0415
        from accounts.suspension import keep_open  # noqa: PLC0415
        from accounts.taken_out import PARTS  # noqa: PLC0415
        from accounts.takeout import register_takeout  # noqa: PLC0415

        keep_open(
            addresses=("takeout", "audit_export", "look_stop"),
            acts=("job.started", "takeout.made", "audit.exported"),
        )
        register_finder(20, find_customers, ApiScope.CUSTOMERS_READ)
        register_finder(50, find_people, ApiScope.PEOPLE_READ)
        register_takeout(*PARTS)
        register_leaving(PeopleLeave())
        register_job(KIND, run_takeout, needs=Capability.TAKE_OUT_DATA)
        register_job("audit.export", export_audit, needs=Capability.SEE_AUDIT)
