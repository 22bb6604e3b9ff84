"""What the actions on restores share."""

from __future__ import annotations

from django.db.models import QuerySet

from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.wakeup import wake
from contracts.models import Device
from upkeep.models import Backup, Restore, RestoreKind, RestoreState
from upkeep.restores.preflight import Artifact, look_in_books

WORKER_TASK = "upkeep.run_restores"
# STUCK is open too: whoever restores anew onto a half-restored system loses what it was.
OPEN = (RestoreState.PREPARED, RestoreState.RUNNING, RestoreState.STUCK)


def lock_restore(restore: Restore, *states: RestoreState) -> Restore:
    """Return the restore as it is now, locked. Raises RuleBroken in any other state."""
    found: Restore = Restore.objects.select_for_update(no_key=True).get(pk=restore.pk)
    if found.state not in states:
        raise RuleBroken(
            f"This restore is not waiting for that any more: {found.get_state_display().lower()}.",
            remedy="Look at its page to see how it stands.",
        )
    return found


def refuse_a_second(device: Device) -> None:
    """Raise RuleBroken while another restore onto the system is open."""
    if open_restores(device).exists():
        raise RuleBroken(
            f"A restore of {device.name} is open already.",
            remedy="Finish or cancel that one first.",
        )


def open_restores(device: Device) -> QuerySet[Restore]:
    """Return the restores onto a system that have not ended."""
    return Restore.objects.filter(device=device, kind=RestoreKind.SYSTEM, state__in=OPEN)


def artifact_of(backup: Backup, parts: list[str]) -> Artifact:
    """Return what our books know of the chosen parts of a backup; all when none is named."""
    rows = backup.parts.select_related("stored_object")
    chosen = [part for part in rows if not parts or part.name in parts]
    return Artifact(
        level=backup.level,
        is_damaged=backup.damaged_at is not None
        or any(part.stored_object.damaged_at is not None for part in chosen),
        plain_bytes=sum(part.stored_object.plain_bytes for part in chosen),
        firmware=backup.firmware,
        forms={part.name: part.form for part in chosen},
    )


def book_findings(backup: Backup, parts: list[str]) -> list[dict[str, str]]:
    """Return what our books say of a backup, in its JSON form."""
    return [found.to_dict() for found in look_in_books(artifact_of(backup, parts))]


def hurry() -> None:
    """Ask the worker of the vault to look sooner."""
    wake(WORKER_TASK)
