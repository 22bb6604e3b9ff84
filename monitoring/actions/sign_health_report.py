"""Sign a health report: it is frozen, made a document, and sent to the customer."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.files import store_bytes
from calcom_portal.common.tenancy import database_now
from monitoring.actions._review import lock_report
from monitoring.health_document import pdf_of
from monitoring.health_notices import tell_signed
from monitoring.models import HealthCheck, HealthReport, HealthState

LONGEST_COMMENT = 4_000


@transaction.atomic
def sign_health_report(*, report: HealthReport, comment: str, actor: Viewer) -> HealthReport:
    """Put a name under a report. Its checks, lines and notes stay as they are from then on.

    Raises NotAllowed; BadInput naming `comment`; RuleBroken while a check of it is not made, and
    when it was signed already.
    """
    actor.require(Capability.SIGN_HEALTH_CHECKS)
    if len(comment) > LONGEST_COMMENT:
        raise BadInput(f"Write at most {LONGEST_COMMENT:,} characters.", field="comment")
    report = lock_report(report)
    checks = list(report.checks.select_for_update().order_by("pk"))
    _refuse_unfinished(checks)
    report.comment, report.signed_at = comment, database_now()
    report.signed_by_id, report.signed_name = actor.membership_id, actor.name[:120]
    ready = [one.pk for one in checks if one.state == HealthState.COLLECTED]
    HealthCheck.objects.filter(pk__in=ready).update(state=HealthState.SIGNED.value)
    report.sha256 = store_bytes(pdf_of(report))
    report.told = tell_signed(report, actor)
    report.save(
        update_fields=["comment", "signed_at", "signed_by", "signed_name", "sha256", "told"]
    )
    record(actor, "health.signed", report, systems=len(ready), document=report.sha256)
    return report


def _refuse_unfinished(checks: list[HealthCheck]) -> None:
    states = {one.state for one in checks}
    if states & {HealthState.OWED.value, HealthState.COLLECTING.value}:
        raise RuleBroken(
            "Not every system of this report was looked at yet.", remedy="Wait for the last one."
        )
    if HealthState.COLLECTED.value not in states:
        raise RuleBroken("There is nothing in this report to sign.")
