"""Which backups of a system are kept, and why, by its rows."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from upkeep.actions.remove_backup import LIVE
from upkeep.backups.keeping import Rule, Share, Stored, Work, kept, shares
from upkeep.models import (
    Backup,
    BackupPlan,
    BackupState,
    Change,
    ChangeState,
    FirmwareUpdate,
    Restore,
    UpdateState,
)


@dataclass(frozen=True, slots=True)
class KeptRows:
    """The stored backups of a system, and by the id of each that is kept every reason why."""

    backups: list[Backup]
    reasons: dict[int, tuple[str, ...]]

    @property
    def shares(self) -> list[Share]:
        """Return what each reason keeps."""
        return shares(self.reasons, {one.pk: one.stored_bytes for one in self.backups})


def kept_rows(device_id: int, now: datetime) -> KeptRows:
    """Apply the rule of a system to its stored backups. Five queries."""
    rows = Backup.objects.filter(device_id=device_id, state=BackupState.STORED.value)
    backups = list(rows.select_related("device__site").defer("manifest", "baseline"))
    if not backups:
        return KeptRows([], {})
    live = Restore.objects.filter(device_id=device_id, state__in=LIVE)
    busy = {pk for pair in live.values_list("backup_id", "safety_backup_id") for pk in pair}
    plan = BackupPlan.objects.filter(device_id=device_id).first()
    reasons = kept(
        (_stored(one, busy) for one in backups),
        _rule(plan),
        zone=ZoneInfo(backups[0].device.site.zone),
        now=now,
        works=works_by_hand(device_id),
    )
    return KeptRows(backups, reasons)


def works_by_hand(device_id: int) -> list[Work]:
    """Return the changes and updates that technicians made themselves.

    They are recorded afterwards, so that each may have begun when its ticket was opened.
    """
    changes = Change.objects.filter(device_id=device_id, state=ChangeState.RECORDED.value)
    updates = FirmwareUpdate.objects.filter(
        device_id=device_id, state=UpdateState.UPDATED.value, done_by__isnull=False
    )
    fields = ("ticket__opened_at", "begun_at", "ended_at", "ticket_id")
    rows = [*changes.values_list(*fields), *updates.values_list(*fields)]
    return [
        Work(opened or begun or ended, ended, ticket_id)
        for opened, begun, ended, ticket_id in rows
        if ended is not None
    ]


def _stored(backup: Backup, busy: Set[int | None]) -> Stored:
    return Stored(
        id=backup.pk,
        taken_at=backup.begun_at or backup.asked_at,
        trigger=backup.trigger,
        level=backup.level,
        firmware=backup.firmware,
        is_damaged=backup.damaged_at is not None,
        is_held=backup.held_at is not None,
        is_busy=backup.pk in busy,
        is_released=backup.released_at is not None,
        ticket_id=backup.ticket_id,
    )


def _rule(plan: BackupPlan | None) -> Rule:
    if plan is None:
        return Rule()
    return Rule(plan.keep_daily, plan.keep_weekly, plan.keep_monthly, plan.keep_yearly)
