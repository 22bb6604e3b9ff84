"""What the acts of a review share: locks in key order, and what a signature forbids."""

from __future__ import annotations

from calcom_portal.common.errors import RuleBroken
from monitoring.models import HealthCheck, HealthItem, HealthReport, HealthState

SIGNED = "This report was signed, and what was signed stays as it is."
REMEDY = "Make another health check to see how it is now."


def lock_report(report: HealthReport) -> HealthReport:
    """Lock a report that is not signed. Raises RuleBroken for one that is."""
    rows = HealthReport.objects.select_related("site", "customer").select_for_update(of=("self",))
    locked = rows.get(pk=report.pk)
    if locked.signed_at is not None:
        raise RuleBroken(SIGNED, remedy=REMEDY)
    return locked


def lock_item(item: HealthItem) -> HealthItem:
    """Lock the report of a line, then its check and the line. Raises RuleBroken when signed."""
    report = item.health_check.report
    if report is not None:
        lock_report(report)
    health_check = HealthCheck.objects.select_for_update().get(pk=item.health_check_id)
    if health_check.state == HealthState.SIGNED:
        raise RuleBroken(SIGNED, remedy=REMEDY)
    rows = HealthItem.objects.select_related("health_check__device")
    return rows.select_for_update(of=("self",)).get(pk=item.pk)
