"""Trying the way back of a stuck restore once more."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from upkeep.actions._restores import hurry, lock_restore
from upkeep.models import Restore, RestoreState
from upkeep.restores.facts import add_fact, facts_of
from upkeep.restores.steps import Outcome, stuck_at


@transaction.atomic
def resume_restore(*, restore: Restore, actor: Viewer) -> Restore:
    """Have a worker go on at the step where it was given up. Raises NotAllowed, RuleBroken."""
    actor.require(Capability.RESTORE_SYSTEMS)
    restore = lock_restore(restore, RestoreState.STUCK)
    step = stuck_at(restore.kind, facts_of(restore))
    if step is None:
        raise RuleBroken("There is no step to try again.", remedy="Put the system right by hand.")
    add_fact(restore, step, Outcome.RESUMED, f"{actor.name} has it tried again.")
    restore.state, restore.ended_at = RestoreState.RUNNING.value, None
    restore.look_at, restore.problem = database_now(), ""
    restore.save(update_fields=["state", "ended_at", "look_at", "problem"])
    record(actor, "restore.resumed", restore, id=restore.pk, step=step.value)
    hurry()
    return restore
