"""Taking a change back, in one go."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from upkeep.actions._changes import announce, hurry, lock_change, refuse_now
from upkeep.actions.make_change import refuse_beside_another
from upkeep.changes.steps import Step
from upkeep.changing.systems import refuse_unchangeable
from upkeep.models import Change, ChangeState

UNDO = "undo"
OPEN = (ChangeState.READING, ChangeState.READY, ChangeState.RUNNING, ChangeState.STUCK)


@transaction.atomic
def undo_change(*, change: Change, allowed_reason: str = "", actor: Viewer) -> Change:
    """Take back what a change did, and nothing that came after it; return the change that does it.

    Raises NotAllowed; RuleBroken for a change that was not made, was taken back, or may not be now;
    BadInput naming `allowed_reason`.
    """
    actor.require(Capability.WORK_TICKETS)
    former = lock_change(change, ChangeState.MADE)
    open_undos = Change.objects.filter(undoes=former, state__in=OPEN)
    if former.undone_at is not None or former.kind == UNDO or open_undos.exists():
        raise RuleBroken(
            "This change is taken back already, or being taken back.",
            remedy="Look at the ticket's changes.",
        )
    refuse_unchangeable(former.device)
    undo = _undo_of(former, actor)
    undo.allowed_reason = refuse_now(undo, allowed_reason, actor)
    undo.allowed_by_id = actor.membership_id if undo.allowed_reason else None
    refuse_beside_another(undo)
    undo.save(force_insert=True)
    announce(undo)
    record(actor, "change.undone", former, id=former.pk, by=undo.pk)
    hurry()
    return undo


def _undo_of(former: Change, actor: Viewer) -> Change:
    now = database_now()
    return Change(
        provider_id=former.provider_id,
        customer_id=former.customer_id,
        ticket=former.ticket,
        device=former.device,
        kind=UNDO,
        words=f"Taken back: {former.words}"[:300],
        state=ChangeState.RUNNING.value,
        step=Step.READ.value,
        look_at=now,
        asked_by_id=actor.membership_id,
        asked_name=actor.name[:120],
        asked_at=now,
        begun_by_id=actor.membership_id,
        begun_at=now,
        undoes=former,
    )
