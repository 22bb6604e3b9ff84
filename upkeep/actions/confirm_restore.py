"""Confirming a restore: from here on a worker changes the system."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.tenancy import database_now
from tickets.text import checked_line
from upkeep.actions._restores import hurry, lock_restore
from upkeep.models import Restore, RestoreState
from upkeep.restores.notices import second_people, tell_alone
from upkeep.restores.preflight import Found, must_accept, stops
from upkeep.restores.second import PATIENCE, Second, second_of

# What the system told is true for a while only.
FRESH = timedelta(hours=1)
# What is typed where a system is so broken that no safety backup of it can be taken.
NOTHING_LEFT = "nothing left to save"


@transaction.atomic
def confirm_restore(
    *,
    restore: Restore,
    typed_name: str,
    accepted: Collection[str],
    alone_reason: str,
    actor: Viewer,
    nothing_left: str = "",
) -> Restore:
    """Let it begin, at once or at the agreed time.

    Another person than the one who asked confirms. Where there is none, or none did in time
    (`restores.second`), `alone_reason` says why: it stays with the restore, and whoever leads is
    told. A restore that goes on where no safety backup can be taken is confirmed by somebody else
    in any case, who types NOTHING_LEFT as `nothing_left`. Raises NotAllowed; BadInput naming
    `typed_name`, `accepted`, `alone_reason` or `nothing_left`; RuleBroken when the preflight
    forbids it or is not fresh, and while somebody else may still confirm.
    """
    actor.require(Capability.RESTORE_SYSTEMS)
    restore = lock_restore(restore, RestoreState.PREPARED)
    _refuse_unready(restore)
    _refuse_other_name(restore, typed_name)
    asked = _accepted(restore, accepted)
    second = second_for(restore, actor)
    if restore.without_safety:
        _refuse_to_lose(nothing_left, is_own=actor.membership_id == restore.asked_by_id)
    _refuse_first(second, alone_reason)
    now = database_now()
    restore.state = RestoreState.RUNNING.value
    restore.confirmed_by_id, restore.confirmed_at = actor.membership_id, now
    restore.accepted = sorted(asked)
    if second.is_alone:
        restore.alone_reason = checked_line(
            alone_reason, field="alone_reason", what="The reason", limit=300
        )
    restore.look_at = max(now, restore.begins_at or now)
    restore.save(
        update_fields=[
            *("state", "confirmed_by_id", "confirmed_at", "accepted", "alone_reason", "look_at")
        ]
    )
    _tell(restore, actor, is_alone=second.is_alone)
    hurry()
    return restore


def _refuse_other_name(restore: Restore, typed_name: str) -> None:
    if typed_name.strip() != restore.device.name.strip():
        raise BadInput(
            f"Type the name of the system, {restore.device.name}, exactly.", field="typed_name"
        )


def _accepted(restore: Restore, accepted: Collection[str]) -> frozenset[str]:
    """Return the open questions of the preflight, each of which has to be accepted."""
    asked = must_accept(_findings(restore))
    if not asked <= set(accepted):
        raise BadInput("Accept each open question, or cancel.", field="accepted")
    return asked


def _refuse_to_lose(nothing_left: str, *, is_own: bool) -> None:
    """Let nobody give up alone, or by a click, what a safety backup would have kept."""
    if is_own:
        raise RuleBroken(
            "Somebody else confirms a restore that goes on without a safety backup.",
            remedy="Ask a colleague, or prepare it again with a safety backup.",
        )
    if nothing_left.strip().lower() != NOTHING_LEFT:
        raise BadInput(f"Type the words {NOTHING_LEFT}.", field="nothing_left")


def second_for(restore: Restore, actor: Viewer) -> Second:
    """Return how somebody may confirm a restore now. One query."""
    return second_of(
        is_own=actor.membership_id == restore.asked_by_id,
        others=len(second_people(restore)),
        told_at=restore.asked_at,
        now=database_now(),
    )


def _refuse_first(second: Second, alone_reason: str) -> None:
    if second.must_wait:
        minutes = int(PATIENCE.total_seconds()) // 60
        raise RuleBroken(
            "Somebody else confirms what you asked for.",
            remedy=f"Call one of them. If nobody confirms within {minutes} minutes, you may do it.",
        )
    if second.is_alone and not alone_reason.strip():
        raise BadInput(
            "Somebody else confirms what you asked for.",
            field="alone_reason",
            remedy="Where nobody else can, say why.",
        )


def _tell(restore: Restore, actor: Viewer, *, is_alone: bool) -> None:
    if is_alone:
        tell_alone(restore)
    record(
        actor,
        "restore.confirmed",
        restore,
        id=restore.pk,
        alone=is_alone,
        nothing_left=restore.without_safety,
    )


def _refuse_unready(restore: Restore) -> None:
    now = database_now()
    if restore.ends_by is not None and restore.ends_by <= now:
        raise RuleBroken("The agreed time is over.", remedy="Cancel, and agree on another one.")
    if restore.checked_at is None or restore.checked_at < now - FRESH:
        raise RuleBroken(
            "The system was not looked at within the last hour.", remedy="Look again first."
        )
    if found := stops(_findings(restore)):
        raise RuleBroken(found[0].words, remedy="Look again when that is done, or cancel.")


def _findings(restore: Restore) -> list[Found]:
    return [Found.from_dict(kept) for kept in restore.findings]
