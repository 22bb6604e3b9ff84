"""What this app gives to a take-out: equipment as it was watched, outages, health checks."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from accounts.takeout import Part, PartFile, called
from calcom_portal.common.files import path_of
from monitoring.health_document import name_of
from monitoring.models import (
    Check,
    Connection,
    Credential,
    HealthCheck,
    HealthItem,
    HealthReport,
    HealthState,
    Incident,
    Maintenance,
    ProbeRequest,
    Rollup,
    SiteAgent,
    StateChange,
)

PARTS = (
    Part("checks", Check, leaves_out=("token_hash",)),
    Part("check_changes", StateChange),
    Part("check_rollups", Rollup),
    Part("incidents", Incident),
    Part("maintenance", Maintenance),
    Part("health_reports", HealthReport, hidden=Q(signed_at=None)),
    Part(
        "health_checks",
        HealthCheck,
        leaves_out=("asked", "look_at"),
        hidden=~Q(state=HealthState.SIGNED.value),
    ),
    Part("health_items", HealthItem, hidden=~Q(health_check__state=HealthState.SIGNED.value)),
    Part("site_agents", SiteAgent, leaves_out=("code_hash",)),
    Part("connections", Connection, staff_only=True),
    # Not the secrets: whoever needs one reveals it, and the audit trail says so.
    Part("credentials", Credential, leaves_out=("sealed", "key_id"), staff_only=True),
    Part("probe_requests", ProbeRequest, staff_only=True),
)


def files_of(customer_id: int, with_hidden: bool) -> Iterator[PartFile]:
    """Yield the signed health reports."""
    reports = HealthReport.objects.filter(customer_id=customer_id).exclude(sha256="")
    for report in reports.select_related("site").order_by("pk").iterator(chunk_size=500):
        yield PartFile(f"health/{called(report.pk, name_of(report))}", path_of(report.sha256))
