"""Reading health reports: the list, and one with its systems and lines."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import Named, viewer_in
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.api.fields import ChoiceField, InstantField, QueryIdField, canonical_id
from calcom_portal.common.api.keysets import Ordering, PageQuery, page_of
from calcom_portal.common.api.views import PortalView
from contracts.api.views import described
from monitoring.access import access_health_report, health_reports_of
from monitoring.api.examples import CUSTOMER, DEVICE, SITE
from monitoring.health.status import Status
from monitoring.health_view import Line, System, view_of
from monitoring.models import HealthReport, HealthState

MONITORING = "monitoring:read"
NEWEST_FIRST = Ordering("newest", "made_at", is_descending=True, is_instant=True)
STATES = ("signed", "not_signed")
STATUSES = [status.value for status in Status]

REPORT: dict[str, Any] = {
    "id": 41,
    "month": "2026-06-01",
    "title": "June 2026",
    "made_at": "2026-06-01T09:10:00.000000Z",
    "signed_at": "2026-06-03T16:22:00.000000Z",
    "signed_name": "Dana Okafor",
    "comment": "All is well but the disk.",
    "site": SITE,
    "customer": CUSTOMER,
}
REPORT_DETAIL: dict[str, Any] = {
    **REPORT,
    "status": "warn",
    "systems": [
        {
            "device": DEVICE,
            "state": "signed",
            "status": "warn",
            "changes": ["Disk space: from “Good” to “Watch” (Used (/): 82 %, 70 % before)."],
            "lines": [
                {
                    "number": 6,
                    "code": "disk",
                    "title": "Disk space",
                    "status": "warn",
                    "value": "Used (/): 82 %.",
                    "before": "70 %",
                    "advice": "Remove old recordings and logs, or plan a larger disk.",
                    "note": "",
                    "ticket": "CC-1042",
                    "figures": [
                        {
                            "measure": "disk.used",
                            "subject": "/",
                            "value": 82.0,
                            "unit": "%",
                            "last": 70.0,
                            "evidence": "SSH (ssh)",
                            "at": "2026-06-01T09:10:04+00:00",
                        }
                    ],
                }
            ],
        }
    ],
}


class HealthQuery(PageQuery):
    """Which reports are wanted."""

    customer = QueryIdField(required=False)
    site = QueryIdField(required=False)
    state = ChoiceField(STATES, required=False)


class HealthReportShape(serializers.Serializer[Any]):
    """The health report of a site in a month; without a month somebody asked for it."""

    id = serializers.IntegerField()
    month = serializers.DateField(allow_null=True, help_text="The first day of the month.")
    title = serializers.CharField()
    made_at = InstantField()
    signed_at = InstantField(allow_null=True)
    signed_name = serializers.CharField()
    comment = serializers.CharField()
    site = Named()
    customer = Named()


class HealthFigureShape(serializers.Serializer[Any]):
    """One number behind a line, and where it comes from."""

    measure = serializers.CharField()
    subject = serializers.CharField(help_text="Of what: a disk, a port.")
    value = serializers.FloatField()
    unit = serializers.CharField()
    last = serializers.FloatField(allow_null=True, help_text="Last month's.")
    evidence = serializers.CharField(help_text="Where it comes from.")
    at = serializers.CharField(allow_null=True)


class HealthLineShape(serializers.Serializer[Any]):
    """One line of a system's report."""

    number = serializers.IntegerField()
    code = serializers.CharField()
    title = serializers.CharField()
    status = serializers.ChoiceField(STATUSES)
    value = serializers.CharField()
    before = serializers.CharField(help_text="Last month's value; empty when there is none.")
    advice = serializers.CharField()
    note = serializers.CharField()
    ticket = serializers.CharField(allow_null=True, help_text="Its reference.")
    figures = HealthFigureShape(many=True)


class HealthSystemShape(serializers.Serializer[Any]):
    """One system of a report."""

    device = Named()
    state = serializers.ChoiceField(HealthState.values)
    status = serializers.ChoiceField(STATUSES)
    changes = serializers.ListField(child=serializers.CharField())
    lines = HealthLineShape(many=True)


class HealthReportDetailShape(HealthReportShape):
    """A report with its systems, the worst first."""

    status = serializers.ChoiceField(STATUSES)
    systems = HealthSystemShape(many=True)


class HealthReportPage(serializers.Serializer[Any]):
    """Some reports, and where the next ones are."""

    items = HealthReportShape(many=True)
    next = serializers.URLField(allow_null=True)


class HealthReportsView(PortalView):
    """Health reports, the newest first. A customer's people see signed ones of their own."""

    scopes, query = {"GET": MONITORING}, HealthQuery

    @described("health_reports_list", "List health reports", HealthReportPage, REPORT, HealthQuery)
    def get(self, request: Request) -> Response:
        """List."""
        viewer = viewer_in(request)
        _may_read(viewer)
        rows = health_reports_of(viewer)
        for name in ("customer", "site"):
            if name in self.asked:
                rows = rows.filter(**{f"{name}_id": self.asked[name]})
        if "state" in self.asked:
            rows = rows.filter(signed_at__isnull=self.asked["state"] == "not_signed")
        items, following = page_of(request, rows, NEWEST_FIRST, self.asked)
        return Response({"items": HealthReportShape(items, many=True).data, "next": following})


class HealthReportView(PortalView):
    """One health report."""

    scopes = {"GET": MONITORING}

    @described(
        "health_reports_read", "Read a health report", HealthReportDetailShape, REPORT_DETAIL
    )
    def get(self, request: Request, id: str) -> Response:
        """Read."""
        viewer = viewer_in(request)
        _may_read(viewer)
        return Response(_detail(access_health_report(viewer, canonical_id(id) or 0)))


def _may_read(viewer: Viewer) -> None:
    needed = Capability.SEE_CONTRACTS if viewer.is_customer else Capability.SEE_MONITORING
    viewer.require(needed)


def _detail(report: HealthReport) -> dict[str, Any]:
    view = view_of(report)
    return {
        **HealthReportShape(report).data,
        "status": view.status.value,
        "systems": [_system(system) for system in view.systems],
    }


def _system(system: System) -> dict[str, Any]:
    device = system.check.device
    return {
        "device": {"id": device.pk, "name": device.name},
        "state": system.check.state,
        "status": system.status.value,
        "changes": system.check.changes,
        "lines": [_line(line) for line in system.lines],
    }


def _line(line: Line) -> dict[str, Any]:
    item = line.item
    return {
        "number": item.number,
        "code": item.code,
        "title": item.title,
        "status": item.status,
        "value": item.value,
        "before": item.former,
        "advice": item.advice,
        "note": item.note,
        "ticket": item.ticket.reference if item.ticket else None,
        "figures": [
            {
                "measure": one.reading.measure,
                "subject": one.reading.subject,
                "value": one.reading.value,
                "unit": one.measure.unit.value,
                "last": one.last,
                "evidence": one.reading.source,
                "at": one.reading.at.isoformat() if one.reading.at else None,
            }
            for one in line.judged
        ],
    }
