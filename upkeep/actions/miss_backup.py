"""Say that a system has had no good backup for too long."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from calcom_portal.common.timewords import spell_age
from contracts.sla import Priority
from tickets.actions import TicketRequest, open_ticket, report_on_ticket
from tickets.models import Kind, Ticket
from tickets.states import LIVE
from upkeep.models import Backup, BackupPlan, BackupState, Level
from upkeep.notices import tell_missed

LIVE_STATES = frozenset(state.value for state in LIVE)


def miss_backup(*, plan: BackupPlan, actor: Viewer) -> Ticket:
    """Open a ticket about missing backups, or go on in the one that is open, and tell our people.

    The caller has locked the plan. Raises NotAllowed for anybody but a named worker.
    """
    actor.require(Capability.RUN_CLOCK)
    now = database_now()
    last = _last_good(plan)
    text = _text(plan, last, now)
    if plan.ticket is not None and plan.ticket.state in LIVE_STATES:
        ticket: Ticket = plan.ticket
        report_on_ticket(ticket=ticket, text=text, actor=actor)
    else:
        ticket = _open(plan, text, actor)
    plan.ticket, plan.alarmed_at, plan.alarm_at = ticket, now, None
    plan.save(update_fields=["ticket", "alarmed_at", "alarm_at"])
    tell_missed(plan, ticket, since=last.stored_at if last else None, failure=_failure(plan))
    record(actor, "backup.missed", plan, device=plan.device_id, ticket=ticket.reference)
    return ticket


def _open(plan: BackupPlan, text: str, actor: Viewer) -> Ticket:
    request = TicketRequest(
        kind=Kind.PROBLEM.value,
        subject=f"No good backup of {plan.device.name}",
        text=text,
        customer_id=plan.customer_id,
        reporter_id=None,
        priority=Priority.MINOR,
        priority_reason="Everything works; what is missing is a copy of it.",
        site_id=plan.device.site_id,
        device_id=plan.device_id,
    )
    ticket = open_ticket(request=request, actor=actor)
    ticket.customer = plan.customer
    return ticket


def _last_good(plan: BackupPlan) -> Backup | None:
    rows = Backup.objects.filter(
        device=plan.device_id,
        state=BackupState.STORED.value,
        level__gte=Level.OPENED.value,
        damaged_at=None,
    )
    return rows.order_by("-stored_at").first()


def _failure(plan: BackupPlan) -> str:
    rows = Backup.objects.filter(device=plan.device_id).exclude(problem="")
    return rows.order_by("-asked_at").values_list("problem", flat=True).first() or ""


def _text(plan: BackupPlan, last: Backup | None, now: datetime) -> str:
    """Return what the ticket says; customers read it, so it names no place in their network."""
    zone = ZoneInfo(plan.device.site.zone)
    if last is None or last.stored_at is None:
        had = f"There has been no good backup of {plan.device.name} yet."
    else:
        age = spell_age(now - last.stored_at)
        on = last.stored_at.astimezone(zone)
        had = (
            f"There has been no good backup of {plan.device.name} for {age}:"
            f" the last one is of {on:%-d %B %Y, %H:%M}."
        )
    return f"{had} We look into why, and take one. The system itself works."
