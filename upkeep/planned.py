"""From the row of a plan to what the pure rules of backups take."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from upkeep.backups.timing import Hours
from upkeep.models import BackupPlan


def hours_of(plan: BackupPlan) -> Hours | None:
    """Return the hours of the site's day in which backups may be taken; None when always."""
    if plan.opens_at is None or plan.closes_at is None:
        return None
    return Hours(plan.opens_at, plan.closes_at, ZoneInfo(plan.device.site.zone))
