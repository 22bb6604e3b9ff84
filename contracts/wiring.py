"""What contracts tells the apps below, and what a new provider is given."""

from __future__ import annotations

from django.conf import settings

from accounts.api_scopes import ApiScope
from accounts.capabilities import Capability
from accounts.company_sites import register_sites
from accounts.customer_links import CustomerLink, register_customer_link
from accounts.first_hour import register_step
from accounts.founding import register
from accounts.jobs import register_job
from accounts.offboarding import register_leaving
from accounts.room import Resource, register_counter
from accounts.search import register_finder
from accounts.takeout import register_takeout
from accounts.tidying import register_tidier
from calcom_portal.common.uploads import limit_uploads
from contracts.actions.confirm_import import APPLY
from contracts.actions.start_import import CHECK
from contracts.company_sites import sites_in_use
from contracts.counting import count_devices
from contracts.expiry_notices import EXPIRY
from contracts.finding import find_devices, find_sites
from contracts.first_hour import STEPS
from contracts.founding import found_catalogue
from contracts.goods_jobs import apply_list, check_list
from contracts.goods_tidying import tidy_imports
from contracts.notices import KINDS
from contracts.offboarding import ContractsEnd
from contracts.signing_notices import SIGNING_KINDS
from contracts.taken_out import PARTS, files_of
from notifications.kinds import register_kinds


def wire() -> None:
    """Register everything: once, when all models are loaded."""
    register_kinds(*KINDS, EXPIRY, *SIGNING_KINDS)
    register(found_catalogue)
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
    _offer_search()
    _bound_files()


def _bound_files() -> None:
    """Say how large the files may be that are sent in here, and forget them after a time."""
    limit_uploads("/imports/", lambda: settings.IMPORT_LIMIT_BYTES)
    limit_uploads("/contracts/", lambda: settings.ATTACHMENT_LIMIT_BYTES)
    register_tidier("imports", tidy_imports)


def _offer_search() -> None:
    """Let the search box find devices and sites."""
    register_finder(30, find_devices, ApiScope.DEVICES_READ)
    register_finder(40, find_sites, ApiScope.DEVICES_READ)
