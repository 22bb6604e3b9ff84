"""Preparing to give a system back what it had (clause RESTORE). Nothing is changed yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.tenancy import database_now
from contracts.models import Device
from tickets.models import Ticket
from tickets.text import checked_line
from upkeep.actions._restores import book_findings, hurry, refuse_a_second
from upkeep.drivers.proven import FETCHING
from upkeep.models import Backup, BackupPlan, BackupState, Restore, RestoreKind, RestoreState
from upkeep.restores.notices import tell_waiting

LONGEST_WINDOW = timedelta(days=1)
# A window agreed on the telephone begins "now", and the form takes a minute to fill in.
LATE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class RestoreWish:
    """What is to be given back. No `parts` means all of them.

    The system may be changed from `begins_at` (None: at once) until `ends_by`, as agreed with the
    customer. `without_safety`: go on where the system is too broken for a safety backup.
    """

    backup: Backup
    reason: str
    ends_by: datetime
    begins_at: datetime | None = None
    parts: tuple[str, ...] = ()
    without_safety: bool = False
    ticket: Ticket | None = None


@transaction.atomic
def prepare_restore(*, wish: RestoreWish, actor: Viewer) -> Restore:
    """Write down what is wanted, and have a worker look whether the system can take it.

    Everybody who may confirm it is told. Raises NotAllowed; BadInput naming `reason`, `parts`,
    `begins_at` or `ends_by`; RuleBroken for a backup that is not there, a system that the portal
    cannot write to, or a second restore.
    """
    actor.require(Capability.RESTORE_SYSTEMS)
    device = Device.objects.select_for_update().get(pk=wish.backup.device_id)
    backup = Backup.objects.select_for_update(no_key=True).get(pk=wish.backup.pk)
    _refuse_unfit(device, backup)
    refuse_a_second(device)
    parts = _checked_parts(backup, wish.parts)
    _refuse_bad_window(wish)
    restore = Restore.objects.create(
        provider_id=device.provider_id,
        customer_id=device.customer_id,
        device=device,
        backup=backup,
        kind=RestoreKind.SYSTEM.value,
        parts=parts,
        ticket=wish.ticket,
        reason=checked_line(wish.reason, field="reason", what="The reason", limit=500),
        state=RestoreState.PREPARED.value,
        findings=book_findings(backup, parts),
        asked_by_id=actor.membership_id,
        asked_at=database_now(),
        begins_at=wish.begins_at,
        ends_by=wish.ends_by,
        without_safety=wish.without_safety,
        look_at=database_now(),
    )
    tell_waiting(restore)
    record(actor, "restore.prepared", restore, backup=backup.name, parts=parts, id=restore.pk)
    hurry()
    return restore


def _refuse_unfit(device: Device, backup: Backup) -> None:
    if device.retired_on is not None:
        raise RuleBroken(f"{device.name} is out of service.", remedy="Choose its successor.")
    if backup.state != BackupState.STORED:
        raise RuleBroken(
            "This backup cannot be restored: it is not kept.", remedy="Choose another one."
        )
    plan = BackupPlan.objects.filter(device=device).select_related("connection").first()
    if plan is None or plan.driver not in FETCHING or plan.connection is None:
        raise RuleBroken(
            f"The portal cannot write to {device.name}.",
            remedy="Download the backup, and restore it with the maker's own tool.",
        )


def _checked_parts(backup: Backup, wanted: tuple[str, ...]) -> list[str]:
    names = set(backup.parts.values_list("name", flat=True))
    if unknown := sorted(set(wanted) - names):
        raise BadInput(
            f"The backup has no part {unknown[0]}.", field="parts", remedy="Choose from the list."
        )
    if not names:
        raise RuleBroken("This backup has no parts.", remedy="Choose another one.")
    return [] if set(wanted) == names else sorted(set(wanted))


def _refuse_bad_window(wish: RestoreWish) -> None:
    now = database_now()
    begins_at = wish.begins_at or now
    if begins_at < now - LATE:
        raise BadInput(
            "That time has passed.", field="begins_at", remedy="Choose a time still to come."
        )
    if not begins_at < wish.ends_by <= begins_at + LONGEST_WINDOW or wish.ends_by <= now:
        raise BadInput(
            "The agreed time ends after it begins, within a day.",
            field="ends_by",
            remedy="Choose a later end.",
        )
