"""From an id to a site, device, contract, calendar or tier of the viewer's, or 404.

The scope keeps other tenants' rows out; what is absent and what is somebody else's look the same.
"""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

from accounts.viewer import Viewer
from calcom_portal.common.errors import Missing
from contracts.models import Calendar, Clause, Contract, Device, Site, Tier, TierClause

Row = TypeVar("Row", bound=Model)


def access_site(viewer: Viewer, site_id: int) -> Site:
    """Return a site with its customer. Raises Missing."""
    return _one(Site.objects.select_related("customer"), site_id, "site", "sites")


def access_device(viewer: Viewer, device_id: int) -> Device:
    """Return a device with its site and customer. Raises Missing."""
    rows = Device.objects.select_related("site", "customer")
    return _one(rows, device_id, "device", "devices")


def access_contract(viewer: Viewer, contract_id: int) -> Contract:
    """Return a contract with its customer and who signed it. Raises Missing."""
    rows = Contract.objects.select_related("customer", "signed_by")
    return _one(rows, contract_id, "contract", "contracts")


def access_calendar(viewer: Viewer, calendar_id: int) -> Calendar:
    """Return a service calendar. Raises Missing."""
    return _one(Calendar.objects.all(), calendar_id, "calendar", "calendars")


def access_tier(viewer: Viewer, tier_id: int) -> Tier:
    """Return a tier. Raises Missing."""
    return _one(Tier.objects.all(), tier_id, "tier", "tiers")


def access_tier_clause(viewer: Viewer, tier_id: int, row_id: int) -> TierClause:
    """Return how a tier offers a clause, reached through the tier. Raises Missing."""
    rows = TierClause.objects.filter(tier=access_tier(viewer, tier_id))
    return _one(rows.select_related("tier", "clause"), row_id, "clause in this tier", "tiers")


def access_clause(viewer: Viewer, clause_id: int) -> Clause:
    """Return a clause of the catalogue. Raises Missing."""
    return _one(Clause.objects.all(), clause_id, "clause", "tiers")


def _one(rows: QuerySet[Row], row_id: int, what: str, list_name: str) -> Row:
    row = rows.filter(pk=row_id).first()
    if row is None:
        raise Missing(
            f"There is no such {what}.", remedy=f"Look for it in the list of {list_name}."
        )
    return row
