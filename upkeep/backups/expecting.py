"""A good backup came: the next one is expected, and a ticket about missing ones hears of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.viewer import Viewer
from tickets.actions import report_on_ticket
from tickets.states import LIVE
from upkeep.backups.ends import WORKER
from upkeep.models import Backup, BackupPlan

LIVE_STATES = frozenset(state.value for state in LIVE)


def put_off_alarm(backup: Backup, now: datetime) -> None:
    """Count anew when the backups of a system are missed. Within the transaction that stores it."""
    rows = BackupPlan.objects.select_for_update(of=("self",)).select_related("ticket", "device")
    for plan in rows.filter(device_id=backup.device_id):
        if plan.alarmed_at is not None:
            _say_so(plan)
        expected = now + timedelta(hours=plan.expected_hours)
        plan.alarm_at = None if plan.paused_at is not None else expected
        plan.alarmed_at = None
        plan.save(update_fields=["alarm_at", "alarmed_at"])


def _say_so(plan: BackupPlan) -> None:
    if plan.ticket is None or plan.ticket.state not in LIVE_STATES:
        return
    actor = Viewer.system(WORKER, provider_id=plan.provider_id)
    text = f"There is a good backup of {plan.device.name} again."
    report_on_ticket(ticket=plan.ticket, text=text, actor=actor)
