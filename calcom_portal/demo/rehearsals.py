"""The rehearsals of the demo: facts as a worker writes them, of a restore that nobody made.

A database server is not on everybody's machine; what a rehearsal finds is told as it was.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts.viewer import Viewer
from calcom_portal.common.tenancy import provider_scope, replayed_scope, system_scope
from calcom_portal.demo.backup_taking import EXTENSIONS
from calcom_portal.demo.outages import ZONE
from contracts.models import Device
from upkeep.actions.start_rehearsal import start_rehearsal
from upkeep.models import BackupPlan, Restore
from upkeep.restores.choosing import newest_to_rehearse
from upkeep.restores.ending import end_restore
from upkeep.restores.holding import take, tell
from upkeep.restores.pbx.judging import started_words
from upkeep.restores.steps import End, Outcome, Step
from upkeep.restores.work import STARTED

SECOND = timedelta(seconds=1)
STARTED_WITH = {
    "version": "22.10.1",
    "extensions": EXTENSIONS,
    "trunks": 2,
    "contexts": 31,
    "mailboxes": EXTENSIONS,
    "entries": 0,
}
STEPS = (
    (Step.UNPACK, 7, f"config: {EXTENSIONS + 1} files, 1 table loaded."),
    (Step.COMPARE, 2, "1 table is as at the time of the backup."),
    (Step.BOOT, 3, started_words(STARTED_WITH, has_entries=False, is_compared=False)),
    (Step.CLEAR, 1, ""),
)


def rehearse(plan: BackupPlan, actor: Viewer, at: datetime) -> None:
    """Rehearse the newest backup of a system, if it has one, so that it ends at an instant.

    The audit trail is in the order of time: what was asked for is written down at the end.
    """
    ended = at
    with provider_scope(provider_id=plan.provider_id), replayed_scope(at):
        device = Device.objects.get(pk=plan.device_id)
        if newest_to_rehearse(device.pk) is None:
            return
        made = start_rehearsal(device=device, actor=actor)
        month = at.astimezone(ZONE).date().replace(day=1)
        at -= sum(seconds for _, seconds, _ in STEPS) * SECOND
        Restore.objects.filter(pk=made.pk).update(month=month, asked_at=at, begun_at=at, look_at=at)
    for step, seconds, words in STEPS:
        _write(made, at, step, Outcome.BEGAN, "")
        at += seconds * SECOND
        told = {STARTED: STARTED_WITH} if step is Step.BOOT else {}
        _write(made, at, step, Outcome.DONE, words, told)
    with system_scope("play a rehearsal"), replayed_scope(ended):
        if (held := take(made.pk)) is not None:
            end_restore(held, End.RESTORED)


def _write(
    made: Restore,
    at: datetime,
    step: Step,
    outcome: Outcome,
    words: str,
    facts: dict[str, Any] | None = None,
) -> None:
    with system_scope("play a rehearsal"), replayed_scope(at):
        if (held := take(made.pk)) is not None:
            tell(held, step, outcome, words, facts, look_in=timedelta(0))
