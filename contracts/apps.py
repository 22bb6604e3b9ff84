"""Django's entry for the app."""

from django.apps import AppConfig
from django.conf import settings

from accounts.customer_links import CustomerLink, register_customer_link


class ContractsConfig(AppConfig):
    """The `contracts` app."""

    name = "contracts"

    def ready(self) -> None:
        """Show the way from a customer to what it has; give new providers the catalogue."""
        # Models are not loaded before, hence the imports here.
        from accounts.capabilities import Capability  # noqa: PLC0415
        from accounts.company_sites import register_sites  # noqa: PLC0415
        from accounts.first_hour import register_step  # noqa: PLC0415
        from accounts.founding import register  # noqa: PLC0415
        from accounts.jobs import register_job  # noqa: PLC0415
        from accounts.offboarding import register_leaving  # noqa: PLC0415
        from accounts.room import Resource, register_counter  # noqa: PLC0415
        from accounts.takeout import register_takeout  # noqa: PLC0415
        from contracts.actions.confirm_import import APPLY  # noqa: PLC0415
        from contracts.actions.start_import import CHECK  # noqa: PLC0415
        from contracts.company_sites import sites_in_use  # noqa: PLC0415
        from contracts.counting import count_devices  # noqa: PLC0415
        from contracts.expiry_notices import EXPIRY  # noqa: PLC0415
        from contracts.first_hour import STEPS  # noqa: PLC0415
        from contracts.founding import found_catalogue  # noqa: PLC0415
        from contracts.goods_jobs import apply_list, check_list  # noqa: PLC0415
        from contracts.notices import KINDS  # noqa: PLC0415
        from contracts.offboarding import ContractsEnd  # noqa: PLC0415
        from contracts.signing_notices import SIGNING_KINDS  # noqa: PLC0415
        from contracts.taken_out import PARTS, files_of  # noqa: PLC0415
        from notifications.kinds import register_kinds  # noqa: PLC0415

        register_kinds(*KINDS, EXPIRY)
        register(found_catalogue)
        register_kinds(*SIGNING_KINDS)
        for step in STEPS:
            register_step(step)
        register_sites(sites_in_use)
        register_counter(Resource.DEVICES, count_devices)
        register_job(CHECK, check_list, needs=Capability.MANAGE_CONTRACTS)
        register_job(APPLY, apply_list, needs=Capability.MANAGE_CONTRACTS)
        register_takeout(*PARTS, files=files_of)
        register_leaving(ContractsEnd())
        register_customer_link(CustomerLink("Contracts", "contracts", "file-text"))
        register_customer_link(CustomerLink("Sites", "sites", "map-pin"))
        register_customer_link(CustomerLink("Devices", "devices", "server"))
        self._offer_search()
        self._bound_files()

    def _bound_files(self) -> None:
        """Say how large the files may be that are sent in here, and forget them after a time."""
        from accounts.tidying import register_tidier  # noqa: PLC0415
        from calcom_portal.common.uploads import limit_uploads  # noqa: PLC0415
        from contracts.goods_tidying import tidy_imports  # noqa: PLC0415

        limit_uploads("/imports/", lambda: settings.IMPORT_LIMIT_BYTES)
        limit_uploads("/contracts/", lambda: settings.ATTACHMENT_LIMIT_BYTES)
        register_tidier("imports", tidy_imports)

    def _offer_search(self) -> None:
        """Let the search box find devices and sites."""
        from accounts.api_scopes import ApiScope  # noqa: PLC0415
        from accounts.search import register_finder  # noqa: PLC0415
        from contracts.finding import find_devices, find_sites  # noqa: PLC0415

        register_finder(30, find_devices, ApiScope.DEVICES_READ)
        register_finder(40, find_sites, ApiScope.DEVICES_READ)
