"""Turn a line of a health check into a ticket."""

from __future__ import annotations

from io import BytesIO

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.files import IncomingFile
from contracts.sla import Priority
from monitoring.health.judging import Judged
from monitoring.health.status import Status
from monitoring.health_writing import judged_of
from monitoring.models import HealthCheck, HealthItem, HealthState
from tickets.actions import TicketRequest, open_ticket
from tickets.models import Kind, Ticket

FINDINGS = (Status.WARN.value, Status.CRIT.value)
READY = (HealthState.COLLECTED.value, HealthState.SIGNED.value)


@transaction.atomic
def open_finding(*, item: HealthItem, actor: Viewer) -> Ticket:
    """Open a ticket of a finding, with the evidence in its first message and as a file.

    Raises NotAllowed; RuleBroken when there is a ticket already, and for a line without a finding.
    """
    actor.require(Capability.SIGN_HEALTH_CHECKS)
    # A ticket may be opened of a signed report too: the line itself stays as it was signed.
    health_check = HealthCheck.objects.select_for_update().get(pk=item.health_check_id)
    rows = HealthItem.objects.select_related("health_check__device", "health_check__report")
    item = rows.select_for_update(of=("self",)).get(pk=item.pk)
    if item.ticket is not None:
        raise RuleBroken(
            f"Ticket {item.ticket.reference} was opened for this.", remedy="Go on in that ticket."
        )
    if health_check.state not in READY or actor.membership_id is None:
        raise RuleBroken("This health check is not made yet.", remedy="Wait for its end.")
    if item.status not in FINDINGS:
        raise RuleBroken(
            f"“{item.title}” is no finding: {item.get_status_display().lower()}.",
            remedy="Open a ticket by hand if something has to be done.",
        )
    ticket = open_ticket(request=_request(item, actor.membership_id), actor=actor)
    item.ticket = ticket
    item.save(update_fields=["ticket"])
    record(actor, "health.ticket_opened", item.health_check, item=item.code, ticket=str(ticket))
    return ticket


def _request(item: HealthItem, reporter_id: int) -> TicketRequest:
    device = item.health_check.device
    evidence = "\n".join(_evidence(one) for one in judged_of(item)).encode()
    return TicketRequest(
        kind=Kind.PROBLEM.value,
        subject=f"{device.name}: {item.title}",
        text=words_of(item),
        customer_id=item.customer_id,
        site_id=device.site_id,
        device_id=device.pk,
        reporter_id=reporter_id,
        priority=Priority.MINOR,
        priority_reason="Found by a health check.",
        files=(_file(evidence),) if evidence else (),
    )


def words_of(item: HealthItem) -> str:
    """Return the first message of the ticket."""
    health_check = item.health_check
    report = health_check.report
    of = report.title if report else ""
    parts = [
        f"The health check of {health_check.device.name} ({of}) found:",
        f"**{item.title}: {item.get_status_display()}.** {item.value}",
        item.advice and f"What we suggest: {item.advice}",
        item.note,
        *(f"- {_evidence(one)}" for one in judged_of(item)),
    ]
    lines = [part for part in parts if part]
    return "\n\n".join(lines[:4]) + "\n\n" + "\n".join(lines[4:])


def _evidence(one: Judged) -> str:
    at = f", {one.reading.at:%Y-%m-%d %H:%M} UTC" if one.reading.at else ""
    before = f" (before: {one.last_text})" if one.last is not None else ""
    return f"{one.words}{before}. {one.reading.source}{at}"


def _file(content: bytes) -> IncomingFile:
    return IncomingFile("evidence.txt", len(content), lambda: BytesIO(content))
