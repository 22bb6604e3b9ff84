"""The end of a restore: what it came to, how long it took, what it proves, who is told."""

from __future__ import annotations

from datetime import datetime

from accounts.audit import record
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now, provider_scope
from contracts.sla import Priority
from monitoring.actions.cancel_maintenance import cancel_maintenance
from monitoring.models import Maintenance
from notifications.alarms import clear_alarms, raise_alarm
from tickets.actions import TicketRequest, open_ticket, report_on_ticket
from tickets.models import Kind, Ticket
from upkeep.models import Backup, Level, Restore, RestoreKind, RestoreState
from upkeep.restores.facts import facts_of, told_by
from upkeep.restores.holding import Held, mine
from upkeep.restores.notices import tell_ended, tell_unproven
from upkeep.restores.steps import End, Outcome, Step, failed_step, stuck_at
from upkeep.restores.words import ended_words
from upkeep.restores.work import LEFT_OUT, OURS, STARTED

WORKER = "Restore worker"
ALARM = "rehearsals"
ENDED = {
    RestoreKind.SYSTEM.value: "restore.ended",
    RestoreKind.REHEARSAL.value: "rehearsal.ended",
}
# From the first step that changes the system to the last that looks whether it is well.
MEASURED = {
    RestoreKind.SYSTEM.value: (Step.STOP, Step.VERIFY),
    RestoreKind.REHEARSAL.value: (Step.UNPACK, Step.BOOT),
}


def end_restore(held: Held, end: End) -> None:
    """Write down what it came to, in one transaction with everything that follows from it."""
    with mine(held) as restore:
        now = database_now()
        restore.state, restore.look_at, restore.token = end.value, None, ""
        restore.ended_at = now
        restore.problem = "" if end is End.RESTORED else _problem(restore)
        if end is End.RESTORED:
            restore.took_seconds = _took(restore)
            restore.started = told_by(restore, Step.BOOT).get(STARTED)
        restore.save(
            update_fields=[
                *("state", "look_at", "token", "ended_at", "problem", "took_seconds", "started")
            ]
        )
        actor = Viewer.system(WORKER, provider_id=restore.provider_id)
        if restore.kind == RestoreKind.REHEARSAL:
            _end_rehearsal(restore, now, actor)
        else:
            _end_outage(restore, actor)
            _say_on_ticket(restore, actor)
            tell_ended(restore)
        record(actor, ENDED[restore.kind], restore, id=restore.pk, state=restore.state)


def _problem(restore: Restore) -> str:
    facts = facts_of(restore)
    step = stuck_at(restore.kind, facts) or failed_step(restore.kind, facts)
    if step is None:
        return ""
    failed = restore.steps.filter(code=step.value, outcome=Outcome.FAILED.value)
    last = failed.order_by("number").last()
    return last.words if last else ""


def _took(restore: Restore) -> int | None:
    first, last = MEASURED[restore.kind]
    began = _at(restore, first, Outcome.BEGAN)
    done = _at(restore, last, Outcome.DONE)
    return round((done - began).total_seconds()) if began and done else None


def _at(restore: Restore, step: Step, outcome: Outcome) -> datetime | None:
    rows = restore.steps.filter(code=step.value, outcome=outcome.value).order_by("number")
    found: datetime | None = rows.values_list("at", flat=True).first()
    return found


def _end_rehearsal(restore: Restore, now: datetime, actor: Viewer) -> None:
    """A backup that was restored whole is proven; one that could not be is somebody's work now."""
    if restore.state == RestoreState.RESTORED:
        if not told_by(restore, Step.UNPACK).get(LEFT_OUT):
            proven = Backup.objects.filter(pk=restore.backup_id)
            proven.update(level=Level.PROVEN, proven_at=now)
        clear_alarms([restore.provider_id], ALARM)
    elif restore.steps.filter(outcome=Outcome.FAILED.value, facts__has_key=OURS).exists():
        raise_alarm(restore.provider_id, ALARM, restore.device.name, restore.problem)
    else:
        restore.ticket = _open_ticket(restore, actor)
        restore.save(update_fields=["ticket"])
        tell_unproven(restore)


def _open_ticket(restore: Restore, actor: Viewer) -> Ticket:
    request = TicketRequest(
        kind=Kind.PROBLEM.value,
        subject=f"The backup of {restore.device.name} could not be restored in a rehearsal",
        text=f"{ended_words(restore)} {restore.problem}".strip(),
        customer_id=restore.customer_id,
        reporter_id=None,
        priority=Priority.MINOR,
        priority_reason="The system itself works.",
        site_id=restore.device.site_id,
        device_id=restore.device_id,
    )
    return open_ticket(request=request, actor=actor)


def _end_outage(restore: Restore, actor: Viewer) -> None:
    """From now on silence is an outage again, unless a technician has to come first."""
    planned = told_by(restore, Step.STOP).get("maintenance")
    if planned is None or restore.state == RestoreState.STUCK:
        return
    with provider_scope(provider_id=restore.provider_id):
        work = Maintenance.objects.filter(pk=planned, cancelled_at=None).first()
        if work is not None:
            cancel_maintenance(work=work, actor=actor)


def _say_on_ticket(restore: Restore, actor: Viewer) -> None:
    if restore.ticket is not None:
        report_on_ticket(ticket=restore.ticket, text=ended_words(restore), actor=actor)
