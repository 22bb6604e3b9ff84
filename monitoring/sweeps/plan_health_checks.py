"""Plans the health checks of the month for every provider. By rows; twice, late or side by side."""

from __future__ import annotations

from accounts.everywhere import PlanCount, Planner
from calcom_portal.common.wakeup import wake
from monitoring.health_planning import plan_provider

PLANNER = Planner(
    name="Health check planner",
    reason="write down the health checks that are owed",
    action="health.planned",
    things="Health checks",
    plan=plan_provider,
)


def plan_health_checks() -> PlanCount:
    """Write down what is owed, and have it collected."""
    count = PLANNER.plan_everywhere()
    if count.planned:
        wake("monitoring.collect_health_checks")
    return count
