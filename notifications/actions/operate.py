"""What administrators do about mail that did not get through."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from calcom_portal.common.wakeup import wake
from notifications.models import Notice, NoticeState, OperatorAlarm


def retry_notice(*, notice: Notice, actor: Viewer) -> Notice:
    """Send a notice again that was given up. Raises RuleBroken for any other."""
    actor.require(Capability.SEE_OUTBOX)
    locked: Notice = Notice.objects.select_for_update().get(pk=notice.pk)
    if locked.state != NoticeState.DEAD:
        raise RuleBroken(
            "This message has not been given up.", remedy="Look at the outbox again: it moved on."
        )
    locked.state = NoticeState.READY
    locked.attempts = 0
    locked.not_before = database_now()
    locked.last_error = ""
    locked.save(update_fields=["state", "attempts", "not_before", "last_error"])
    record(actor, "notice.retried", f"notice {locked.pk}", kind=locked.kind)
    wake("notifications.send_notices")
    return locked


def clear_alarm(*, alarm: OperatorAlarm, actor: Viewer) -> None:
    """Say that an alarm was dealt with. Cleared twice, it stays cleared."""
    actor.require(Capability.SEE_OUTBOX)
    rows = OperatorAlarm.objects.filter(pk=alarm.pk, cleared_at__isnull=True)
    if rows.update(cleared_at=database_now()):
        record(actor, "alarm.cleared", alarm.subject, kind=alarm.kind)
