"""A restore in the demo: facts as a worker writes them, of machines that do not exist."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from accounts.viewer import Viewer
from calcom_portal.common.tenancy import provider_scope, replayed_scope, system_scope
from calcom_portal.demo.backup_taking import Kept, take
from upkeep.actions._restores import artifact_of
from upkeep.actions.confirm_restore import confirm_restore
from upkeep.actions.prepare_restore import RestoreWish, prepare_restore
from upkeep.models import BackupPlan, Restore, Trigger
from upkeep.restores import holding
from upkeep.restores.choosing import newest_to_rehearse
from upkeep.restores.ending import end_restore
from upkeep.restores.preflight import Looked, look_at_system
from upkeep.restores.steps import End, Outcome, Step

SECOND: Final = timedelta(seconds=1)
REASON: Final = "The call groups were lost when the power failed in the middle of an upgrade."
FREE: Final = 18_000_000_000
STEPS: Final = (
    (Step.CHECK, 6, "The system can take the backup."),
    (Step.SAFETY, 41, ""),
    (Step.STAGE, 14, ""),
    (Step.STOP, 5, ""),
    (Step.SWAP, 2, ""),
    (Step.START, 9, ""),
    (Step.VERIFY, 48, "All is as it was at the time of the backup."),
    (Step.TIDY, 2, ""),
)


def restore(plan: BackupPlan, kept: Kept, asker: Viewer, other: Viewer, at: datetime) -> None:
    """Give a system back the newest backup that it has, so that it ends at an instant.

    The audit trail is in the order of time: what was asked for is written down at the end.
    """
    ended = at
    with provider_scope(provider_id=plan.provider_id), replayed_scope(at):
        backup = newest_to_rehearse(plan.device_id)
        if backup is None:
            return
        wish = RestoreWish(backup, REASON, ends_by=at + timedelta(hours=1))
        made = prepare_restore(wish=wish, actor=asker)
        looked = look_at_system(artifact_of(backup, []), Looked(kept.firmware, FREE))
        made.findings = [*made.findings, *(found.to_dict() for found in looked)]
        made.checked_at = at
        made.save(update_fields=["findings", "checked_at"])
        confirm_restore(
            restore=made,
            typed_name=made.device.name,
            accepted=(),
            alone_reason="",
            actor=other,
        )
        made.safety_backup = take(plan, kept, Trigger.SAFETY.value)
        at -= sum(seconds for _, seconds, _ in STEPS) * SECOND
        Restore.objects.filter(pk=made.pk).update(
            safety_backup=made.safety_backup,
            asked_at=at - 240 * SECOND,
            checked_at=at - 200 * SECOND,
            confirmed_at=at,
            begun_at=at,
            look_at=at,
        )
    for step, seconds, words in STEPS:
        _write(made, at, step, Outcome.BEGAN, "")
        at += seconds * SECOND
        said = f"Kept as backup {made.safety_backup.name}." if step is Step.SAFETY else words
        _write(made, at, step, Outcome.DONE, said)
    with system_scope("play a restore"), replayed_scope(ended):
        if (held := holding.take(made.pk)) is not None:
            end_restore(held, End.RESTORED)


def _write(made: Restore, at: datetime, step: Step, outcome: Outcome, words: str) -> None:
    with system_scope("play a restore"), replayed_scope(at):
        if (held := holding.take(made.pk)) is not None:
            holding.tell(held, step, outcome, words, look_in=timedelta(0))
