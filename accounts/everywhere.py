"""What is planned for every provider: one transaction each, and none that another sweep holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from accounts.audit import record
from accounts.models import Provider
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import system_scope


@dataclass(frozen=True, slots=True)
class PlanCount:
    """What a sweep wrote down, and how many providers it belongs to."""

    planned: int = 0
    providers: int = 0


@dataclass(frozen=True, slots=True)
class Planner:
    """Who plans what: `plan` writes down what one provider owes and returns how much was new.

    `action` and `things` are what the audit trail calls it.
    """

    name: str
    reason: str
    action: str
    things: str
    plan: Callable[[int], int]

    def plan_everywhere(self) -> PlanCount:
        """Plan for every provider that is not suspended."""
        with system_scope(self.reason):
            rows = Provider.objects.filter(suspended_at=None).order_by("pk")
            ids = list(rows.values_list("pk", flat=True))
        counts = [self._plan_for(pk) for pk in ids]
        return PlanCount(sum(counts), sum(count > 0 for count in counts))

    def _plan_for(self, provider_id: int) -> int:
        with system_scope(self.reason):
            rows = Provider.objects.select_for_update(skip_locked=True, no_key=True)
            if not rows.filter(pk=provider_id).exists():
                return 0
            if planned := self.plan(provider_id):
                actor = Viewer.system(self.name, provider_id=provider_id)
                record(actor, self.action, self.things, count=planned)
            return planned
