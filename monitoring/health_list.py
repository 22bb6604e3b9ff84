"""The list of health reports: what is to be reviewed, and what was signed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.paging import keyset_page
from contracts.views.lists import Narrowed
from monitoring.access import health_reports_of
from monitoring.health.status import Status, worst
from monitoring.models import HealthCheck, HealthReport, HealthState

MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
SHOWS = {"review": "To review", "running": "Being made", "signed": "Signed"}
RUNNING = (HealthState.OWED.value, HealthState.COLLECTING.value)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report in the list. `running` counts the systems that are not looked at yet."""

    report: HealthReport
    status: Status
    systems: int
    running: int
    findings: int

    @property
    def state(self) -> str:
        """Return where it stands, in words."""
        if self.report.signed_at is not None:
            return "Signed"
        return "Being made" if self.running else "To review"


def health_page(request: ViewerRequest) -> dict[str, Any]:
    """Return what the list shows. Four queries, however many reports there are."""
    narrowed = Narrowed.of(request)
    show, month = request.GET.get("show", ""), _month(request.GET.get("month", ""))
    rows = narrowed.apply(health_reports_of(request.viewer))
    if show in SHOWS:
        rows = _SHOWN[show](rows)
    if month is not None:
        rows = rows.filter(month=month)
    listed = keyset_page(request, rows, key="pk", newest_first=True)
    waiting = 0
    if not request.viewer.is_customer:
        waiting = health_reports_of(request.viewer).to_review().distinct().count()
    return {
        "rows": _rows(listed.rows),
        "pager": listed.pager,
        "show": show if show in SHOWS else "",
        "shows": SHOWS,
        "month": month,
        "waiting": waiting,
        "can_set": request.viewer.can(Capability.MANAGE_MONITORING),
        **narrowed.context,
    }


_SHOWN = {
    "review": lambda rows: rows.to_review().distinct(),
    "running": lambda rows: rows.filter(checks__state__in=RUNNING).distinct(),
    "signed": lambda rows: rows.signed(),
}


def _month(text: str) -> date | None:
    match = MONTH.fullmatch(text)
    return date(int(match[1]), int(match[2]), 1) if match else None


def _rows(reports: Iterable[HealthReport]) -> list[ReportRow]:
    reports = list(reports)
    checks = HealthCheck.objects.filter(report__in=reports).exclude(state=HealthState.DROPPED)
    bad = Q(items__status__in=(Status.WARN.value, Status.CRIT.value))
    found = checks.annotate(findings=Count("items", filter=bad))
    of_report: dict[int | None, list[tuple[str, str, int]]] = {}
    for report_id, state, overall, findings in found.values_list(
        "report", "state", "overall", "findings"
    ):
        of_report.setdefault(report_id, []).append((state, overall, findings))
    return [_row(report, of_report.get(report.pk, [])) for report in reports]


def _row(report: HealthReport, checks: list[tuple[str, str, int]]) -> ReportRow:
    return ReportRow(
        report=report,
        status=worst(Status(overall) for _, overall, _ in checks if overall),
        systems=len(checks),
        running=sum(state in RUNNING for state, _, _ in checks),
        findings=sum(findings for _, _, findings in checks),
    )
