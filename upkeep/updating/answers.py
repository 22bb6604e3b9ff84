"""What customers answered, carried into their updates: the newest answer counts until it begins."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from accounts.audit import record
from accounts.capabilities import Role
from accounts.models import Membership
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


def may_speak(customer_id: int) -> QuerySet[Membership]:
    """Return those of a customer's people who may agree to updates, by name."""
    rows = Membership.objects.filter(
        Q(may_approve_changes=True) | Q(role=Role.CUSTOMER_ADMIN.value),
        customer_id=customer_id,
        is_active=True,
    )
    return rows.order_by("name", "pk")


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
        note = f"{answer.name} {said} the update of {update.device.name}{_by_telephone(answer)}."
        note = f"{note} {answer.note}".strip()
        add_note(ticket=update.ticket, text=note, actor=actor)
    return True


def _by_telephone(answer: FirmwareConsent) -> str:
    return f", by telephone to {answer.taken_name}" if answer.said_at is not None else ""
