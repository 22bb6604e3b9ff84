"""What is told about health reports: the customer gets the signed one, with its document."""

from __future__ import annotations

from django.urls import reverse

from accounts.capabilities import Role
from accounts.models import Membership
from accounts.viewer import Viewer
from monitoring.health_document import name_of
from monitoring.health_view import view_of
from monitoring.models import HealthReport
from notifications.kinds import Audience, NoticeKind
from notifications.outbox import NoticeDraft, queue_notices

SIGNED = NoticeKind(
    "health_signed",
    "A health report of your systems is ready",
    "Systems",
    "monitoring/mail/health_signed",
    audience=Audience.CUSTOMERS,
)
FINDINGS_SHOWN = 10


def tell_signed(report: HealthReport, actor: Viewer) -> int:
    """Send a signed report to the customer's administrators; return how many there are.

    A company without one gets it through everybody who sees all its sites.
    """
    people = readers_of(report.customer_id)
    view = view_of(report)
    findings = [
        f"{system.check.device.name}: {line.item.title}. {line.item.value}"
        for system in view.systems
        for line in system.findings
    ]
    payload = {
        "site": report.site.name,
        "month": report.title,
        "overall": view.status.label,
        "summary": view.sentence,
        "comment": report.comment,
        "findings": findings[:FINDINGS_SHOWN],
        "more": max(0, len(findings) - FINDINGS_SHOWN),
        "technician": actor.name,
        "url": reverse("health_report", args=[report.pk]),
        "url_label": "Read the report",
        "attached": [{"name": name_of(report), "sha256": report.sha256}],
    }
    queue_notices(
        report.provider_id,
        [
            NoticeDraft(
                recipient_id=pk,
                customer_id=report.customer_id,
                kind=SIGNED.code,
                subject_ref=f"Health {report.pk}",
                payload=payload,
                event_key=f"{SIGNED.code}:{report.pk}",
            )
            for pk in people
        ],
    )
    return len(people)


def readers_of(customer_id: int) -> list[int]:
    """Return who reads a customer's health reports, by membership."""
    rows = Membership.objects.filter(customer_id=customer_id, is_active=True).order_by("pk")
    admins = rows.filter(role=Role.CUSTOMER_ADMIN.value)
    everybody = admins if admins.exists() else rows.filter(site_limit=None)
    return list(everybody.values_list("pk", flat=True))
