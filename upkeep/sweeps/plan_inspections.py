"""Plans the inspections that every provider owes. By rows; twice, late or side by side."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.audit import record
from accounts.models import Provider
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import system_scope
from upkeep.inspecting.planning import plan_provider

REASON = "write down the inspections that are owed"
WORKER = "Inspection planner"


@dataclass(frozen=True, slots=True)
class PlanCount:
    """What a sweep wrote down: inspections, and providers that they belong to."""

    planned: int = 0
    providers: int = 0


def plan_inspections() -> PlanCount:
    """Look at every provider; one transaction each, and none that another sweep holds."""
    with system_scope(REASON):
        rows = Provider.objects.filter(suspended_at=None).order_by("pk")
        ids = list(rows.values_list("pk", flat=True))
    counts = [_plan(pk) for pk in ids]
    return PlanCount(sum(counts), sum(count > 0 for count in counts))


def _plan(provider_id: int) -> int:
    with system_scope(REASON):
        rows = Provider.objects.select_for_update(skip_locked=True, no_key=True)
        if not rows.filter(pk=provider_id).exists():
            return 0
        if planned := plan_provider(provider_id):
            actor = Viewer.system(WORKER, provider_id=provider_id)
            record(actor, "inspection.planned", "Inspections", count=planned)
        return planned
