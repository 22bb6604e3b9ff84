"""Plans the inspections that every provider owes. By rows; twice, late or side by side."""

from __future__ import annotations

from accounts.everywhere import PlanCount, Planner
from upkeep.inspecting.planning import plan_provider

PLANNER = Planner(
    name="Inspection planner",
    reason="write down the inspections that are owed",
    action="inspection.planned",
    things="Inspections",
    plan=plan_provider,
)


def plan_inspections() -> PlanCount:
    """Write down what is owed."""
    return PLANNER.plan_everywhere()
