"""Which systems a ticket worked on, and the fresh backups that it asks for (clause BACKUP)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from contracts.coverage import Work
from contracts.models import Device
from contracts.sla import FactKind
from tickets.models import Fact, Kind, LabourEntry, LabourTimer, Ticket
from tickets.states import Move
from upkeep.backups.freshness import Freshness, Taken, fresh_since, work_began
from upkeep.models import (
    Backup,
    BackupDriver,
    BackupPlan,
    Change,
    ChangeState,
    FirmwareUpdate,
    Restore,
    RestoreKind,
    RestoreState,
)

# Asking and teaching change no system: only labour on one tells that there was more.
NO_SERVICE = frozenset({Kind.QUESTION.value, Kind.TRAINING.value})
# Drivers that fetch the data themselves, so that a backup can be asked for.
FETCHING = frozenset({BackupDriver.ASTERISK.value, BackupDriver.SSH.value})
# In these something was done to the system, even where it was taken back in the end.
CHANGED = (
    ChangeState.RUNNING.value,
    ChangeState.MADE.value,
    ChangeState.TAKEN_BACK.value,
    ChangeState.STUCK.value,
    ChangeState.RECORDED.value,
)
GIVEN_BACK = (
    RestoreState.RUNNING.value,
    RestoreState.RESTORED.value,
    RestoreState.SWAPPED_BACK.value,
    RestoreState.STUCK.value,
)


@dataclass(frozen=True, slots=True)
class ServiceBackup:
    """How far the backup is that one ticket asks of one system. `backup` is the one that tells."""

    ticket: Ticket
    plan: BackupPlan
    began: datetime
    freshness: Freshness
    backup: Backup | None

    @property
    def device(self) -> Device:
        """Return the system."""
        device: Device = self.plan.device
        return device

    @property
    def key(self) -> str:
        """Return its name in forms and calls."""
        return f"backup-{self.plan.device_id}"

    @property
    def is_met(self) -> bool:
        """Is there nothing left to ask?"""
        return self.freshness is Freshness.MET

    @property
    def is_under_way(self) -> bool:
        """Does it get an answer by itself?"""
        return self.freshness is Freshness.UNDER_WAY

    @property
    def can_ask(self) -> bool:
        """Can one be taken from here?"""
        return self.plan.driver in FETCHING and not self.is_under_way

    @property
    def words(self) -> str:
        """Return how far it is, as a sentence."""
        return WORDS[self.freshness].format(self.device.name)


WORDS = {
    Freshness.MET: "{} is backed up.",
    Freshness.UNDER_WAY: "The backup of {} is not ready yet.",
    Freshness.NOT_VERIFIED: "The backup of {} could not be verified.",
    Freshness.FAILED: "The backup of {} failed.",
    Freshness.NONE: "There is no backup of {} since work on it began.",
}


def backups_asked(ticket: Ticket, move: Move) -> list[ServiceBackup]:
    """Return the backups that a ticket asks for before `move`, by the names of the systems.

    Two queries where no system is backed up, else five; what was changed or given back is in them.
    """
    work = _work_on(ticket)
    touched = Q(device__in=_worked_on(ticket, move, work)) | _changed_for(ticket)
    plans = BackupPlan.objects.filter(touched, device__retired_on=None)
    found = list(plans.select_related("device").order_by("device__name", "pk"))
    if not found:
        return []
    began = _began(ticket, [started for _, _, started in work])
    backups = _since(began, [plan.device_id for plan in found])
    return [_asked(ticket, plan, began, backups) for plan in found]


def backup_asked(ticket: Ticket, device_id: int) -> ServiceBackup | None:
    """Return the backup of one system that a ticket asks for; None when it asks for none."""
    asked = backups_asked(ticket, Move.RESOLVE)
    return next((one for one in asked if one.plan.device_id == device_id), None)


def _work_on(ticket: Ticket) -> list[tuple[int | None, str, datetime]]:
    """Return the labour of a ticket and of those that were merged into it."""
    rows = LabourEntry.objects.standing().filter(_of_it(ticket))
    return list(rows.values_list("device_id", "work", "started_at"))


def _of_it(ticket: Ticket) -> Q:
    return Q(ticket=ticket.pk) | Q(ticket__merged_into=ticket.pk)


def _worked_on(
    ticket: Ticket, move: Move, work: Sequence[tuple[int | None, str, datetime]]
) -> set[int]:
    done = [device_id for device_id, kind, _ in work if kind != Work.TRAINING]
    touched = {device_id for device_id in done if device_id is not None}
    # Closed without a solution: nothing was done to the system unless somebody logged it.
    is_service = ticket.kind not in NO_SERVICE and (move is Move.RESOLVE or bool(done))
    if ticket.device_id is not None and is_service:
        touched.add(ticket.device_id)
    return touched


def _changed_for(ticket: Ticket) -> Q:
    """Return what was changed, given back or updated for the ticket, logged as work or not.

    Of firmware only what was updated by hand: around its own updates the portal takes the backups.
    """
    of_it = _of_it(ticket)
    changes = Change.objects.filter(of_it, state__in=CHANGED)
    restores = Restore.objects.filter(
        of_it, kind=RestoreKind.SYSTEM.value, state__in=GIVEN_BACK, begun_at__isnull=False
    )
    touched = Q(device__in=changes.values("device")) | Q(device__in=restores.values("device"))
    if ticket.kind == Kind.FIRMWARE:
        updates = FirmwareUpdate.objects.filter(ticket=ticket.pk, done_by__isnull=False)
        touched |= Q(device__in=updates.values("device"))
    return touched


def _began(ticket: Ticket, starts: Sequence[datetime]) -> datetime:
    facts = Fact.objects.filter(ticket_id=ticket.pk, kind=FactKind.REOPENED.value)
    reopened = facts.order_by("-number").values_list("at", flat=True).first()
    timers = LabourTimer.objects.filter(ticket=ticket.pk).values_list("started_at", flat=True)
    return work_began(ticket.opened_at, reopened, [*starts, *timers])


def _since(began: datetime, device_ids: Sequence[int]) -> list[Backup]:
    at = Q(begun_at__gte=began) | Q(begun_at=None, asked_at__gte=began)
    return list(Backup.objects.filter(at, device__in=device_ids).order_by("asked_at", "pk"))


def _asked(
    ticket: Ticket, plan: BackupPlan, began: datetime, backups: Sequence[Backup]
) -> ServiceBackup:
    own = {backup.pk: backup for backup in backups if backup.device_id == plan.device_id}
    answer = fresh_since(began, [_taken(backup) for backup in own.values()])
    told = own[answer.backup_id] if answer.backup_id is not None else None
    return ServiceBackup(ticket, plan, began, answer.freshness, told)


def _taken(backup: Backup) -> Taken:
    return Taken(
        id=backup.pk,
        trigger=backup.trigger,
        state=backup.state,
        level=backup.level,
        is_damaged=backup.damaged_at is not None,
        asked_at=backup.asked_at,
        begun_at=backup.begun_at,
    )
