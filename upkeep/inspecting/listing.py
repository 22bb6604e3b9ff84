"""The list of inspections: what is to be agreed, what is near, what is late, what was found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.paging import keyset_page
from calcom_portal.common.tenancy import database_now
from contracts.days import today_of_provider
from contracts.views.lists import Narrowed
from upkeep.access_inspections import inspections_of
from upkeep.inspections.states import is_overdue
from upkeep.models import Inspection
from upkeep.querysets import InspectionQuerySet

Rows = InspectionQuerySet[Inspection]
SHOWS = {
    "agree": "Date to be agreed",
    "agreed": "Agreed",
    "overdue": "Overdue",
    "done": "Done",
}
KEPT: dict[str, Callable[[Rows, date], Rows]] = {
    "agree": lambda rows, today: rows.to_agree(),
    "agreed": lambda rows, today: rows.filter(state__in=("agreed", "under_way")),
    "overdue": lambda rows, today: rows.overdue(today),
    "done": lambda rows, today: rows.done(),
}


@dataclass(frozen=True, slots=True)
class InspectionRow:
    """One inspection of the list."""

    inspection: Inspection
    is_overdue: bool


def inspections_page(request: ViewerRequest) -> dict[str, Any]:
    """Return what the list shows. A few queries, however many there are."""
    narrowed = Narrowed.of(request)
    show = request.GET.get("show", "")
    today = today_of_provider(request.viewer.provider_id, database_now())
    rows = cast(Rows, narrowed.apply(inspections_of(request.viewer)))
    if show in KEPT:
        rows = KEPT[show](rows, today)
    listed = keyset_page(request, rows, key="pk", newest_first=True)
    return {
        "rows": [
            InspectionRow(one, is_overdue(one.state, one.latest, today)) for one in listed.rows
        ],
        "pager": listed.pager,
        "show": show if show in SHOWS else "",
        "shows": SHOWS,
        "late": inspections_of(request.viewer).overdue(today).count(),
        "can_plan": request.viewer.can(Capability.MANAGE_INSPECTIONS),
        **narrowed.context,
    }
