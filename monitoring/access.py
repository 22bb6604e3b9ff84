"""From an id to a check, an outage or a way to equipment of the viewer's, or 404.

The scope keeps other tenants' rows out; what is absent and what is somebody else's look the same.
"""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

from accounts.viewer import Viewer
from calcom_portal.common.errors import Missing
from monitoring.models import (
    Check,
    Connection,
    Credential,
    EgressAllowance,
    HealthItem,
    HealthReport,
    Incident,
    Maintenance,
    ProbeRequest,
    SiteAgent,
)
from monitoring.querysets import HealthReportQuerySet

Row = TypeVar("Row", bound=Model)


def access_check(viewer: Viewer, check_id: int) -> Check:
    """Return a check with its device, site and customer. Raises Missing."""
    rows = Check.objects.select_related("device__site", "customer", "connection__agent", "parent")
    return one(rows, check_id, "check", "the page of its device")


def access_incident(viewer: Viewer, incident_id: int) -> Incident:
    """Return an outage with its device, check and ticket. Raises Missing."""
    rows = Incident.objects.select_related(
        "device__site", "customer", "of_check", "parent__device", "ticket__assignee"
    )
    return one(rows, incident_id, "outage", "the list of outages")


def access_connection(viewer: Viewer, connection_id: int) -> Connection:
    """Return a way to a device, with the device, its site and customer. Raises Missing."""
    rows = Connection.objects.select_related(
        "device__site", "customer", "agent", "credential", "host_key_confirmed_by"
    )
    return one(rows, connection_id, "connection", "the page of its device")


def access_credential(viewer: Viewer, credential_id: int) -> Credential:
    """Return a credential with its customer. Raises Missing."""
    rows = Credential.objects.select_related("customer")
    return one(rows, credential_id, "credential", "the list of credentials")


def access_question(viewer: Viewer, request_id: int) -> ProbeRequest:
    """Return a question that was put to a device out of turn. Raises Missing."""
    rows = ProbeRequest.objects.select_related("device", "connection")
    return one(rows, request_id, "question", "the page of its device: it is kept for a day")


def access_work(viewer: Viewer, work_id: int) -> Maintenance:
    """Return planned work with its place and who planned it. Raises Missing."""
    rows = Maintenance.objects.select_related("customer", "site", "device__site", "made_by")
    return one(rows, work_id, "planned work", "the list of planned work")


def access_agent(viewer: Viewer, agent_id: int) -> SiteAgent:
    """Return the agent of a site. Raises Missing."""
    rows = SiteAgent.objects.select_related("site", "customer")
    return one(rows, agent_id, "agent", "the list of agents")


def access_allowance(viewer: Viewer, allowance_id: int) -> EgressAllowance:
    """Return a network of the provider's list. Raises Missing."""
    return one(EgressAllowance.objects.all(), allowance_id, "network", "the list of networks")


def health_reports_of(viewer: Viewer) -> HealthReportQuerySet[HealthReport]:
    """Return the health reports that the viewer may see; customers' people see signed ones."""
    rows: HealthReportQuerySet[HealthReport] = HealthReport.objects.select_related(
        "site", "customer"
    )
    return rows


def access_health_report(viewer: Viewer, report_id: int) -> HealthReport:
    """Return a health report with its site and customer. Raises Missing."""
    rows = health_reports_of(viewer)
    return one(rows, report_id, "health report", "the list of health checks")


def access_health_item(viewer: Viewer, item_id: int) -> HealthItem:
    """Return a line of a health check with its report and device. Raises Missing."""
    rows = HealthItem.objects.select_related(
        "health_check__report__site", "health_check__device", "customer", "ticket"
    )
    return one(rows, item_id, "line of a health check", "the report")


def one(rows: QuerySet[Row], row_id: int, what: str, where: str) -> Row:
    """Return a row. Raises Missing, which says `what` there is none of, and `where` to look."""
    row = rows.filter(pk=row_id).first()
    if row is None:
        raise Missing(f"There is no such {what}.", remedy=f"Look for it in {where}.")
    return row
