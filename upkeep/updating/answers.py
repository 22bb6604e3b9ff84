"""What customers answered, carried into their updates: the newest answer counts until it begins."""

from __future__ import annotations

from collections.abc import Collection

from accounts.audit import record
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from tickets.actions.add_note import add_note
from upkeep.models import FirmwareConsent, FirmwareUpdate, Method, UpdateState

WORKER = "Firmware"
ANSWERABLE = (
    UpdateState.ASKING,
    UpdateState.PLANNED,
    UpdateState.BY_HAND,
    UpdateState.DECLINED,
)


def state_when_agreed(update: FirmwareUpdate) -> str:
    """Return where an update stands to which nobody has to agree any more."""
    by_hand = update.method == Method.HAND
    return UpdateState.BY_HAND.value if by_hand else UpdateState.PLANNED.value


def newest_answers(update_ids: Collection[int]) -> dict[int, FirmwareConsent]:
    """Return the newest answer to each update that has one. One query."""
    rows = FirmwareConsent.objects.filter(update__in=update_ids).order_by("update_id", "-pk")
    return {row.update_id: row for row in rows.distinct("update_id")}


def settle_answers(update: FirmwareUpdate) -> bool:
    """Carry the newest answer into an update; return whether that changed it. It is locked."""
    answer = newest_answers([update.pk]).get(update.pk)
    if answer is None or not update.asks_consent:
        return False
    state = state_when_agreed(update) if answer.agreed else UpdateState.DECLINED.value
    if update.state == state or update.state not in ANSWERABLE:
        return False
    update.state = state
    update.ended_at = None if answer.agreed else database_now()
    update.save(update_fields=["state", "ended_at"])
    actor = Viewer.system(WORKER, provider_id=update.provider_id)
    record(actor, f"update.{state}", update, id=update.pk)
    if update.ticket is not None:
        said = "agreed to" if answer.agreed else "declined"
        note = f"{answer.name} {said} the update of {update.device.name}. {answer.note}".strip()
        add_note(ticket=update.ticket, text=note, actor=actor)
    return True
