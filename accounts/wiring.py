"""What accounts has others find, take out and end, and which of its work takes long."""

from __future__ import annotations

from accounts import provider_job  # noqa: F401 - registers itself
from accounts.actions.take_out_data import KIND, run_takeout
from accounts.api_scopes import ApiScope
from accounts.audit_export import export_audit
from accounts.capabilities import Capability
from accounts.jobs import register_job
from accounts.offboarding import register_leaving
from accounts.offboarding_people import PeopleLeave
from accounts.search import find_customers, find_people, register_finder
from accounts.suspension import keep_open
from accounts.taken_out import PARTS
from accounts.takeout import register_takeout


def wire() -> None:
    """Register everything: once, when all models are loaded."""
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
