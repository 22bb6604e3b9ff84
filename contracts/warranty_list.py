"""The warranty list of a contract, as pages show it (clause WARRANTY)."""

from __future__ import annotations

from typing import Any

from calcom_portal.common.tenancy import database_now
from contracts.days import today_of_provider
from contracts.models import Contract, ContractState, WarrantyItem

SHOWN = 20


def warranty_list_of(contract: Contract) -> dict[str, Any]:
    """Return the first lines of a contract's list, and whether there are more. Two queries."""
    rows = WarrantyItem.objects.filter(contract=contract).select_related("device__site")
    items = list(rows.order_by("device__name", "pk")[: SHOWN + 1])
    return {
        "items": items[:SHOWN],
        "more_items": len(items) > SHOWN,
        "today": today_of_provider(contract.provider_id, database_now()),
        "can_have_items": contract.state != ContractState.CANCELLED,
    }
