"""The gate that closing work passes: a fresh verified backup, or a reason (clause BACKUP)."""

from __future__ import annotations

from accounts.viewer import Viewer
from tickets.gates import Demand, Gate
from tickets.models import Ticket
from tickets.states import Move
from upkeep.actions.waive_backup import waive_backup
from upkeep.services import ServiceBackup, backups_asked


def demands(ticket: Ticket, move: Move) -> list[Demand]:
    """Return the backups that are missing yet."""
    return [_demand(asked) for asked in backups_asked(ticket, move) if not asked.is_met]


def waive(ticket: Ticket, demand: Demand, reason: str, actor: Viewer) -> None:
    """End the service without the backup."""
    asked: ServiceBackup = demand.context
    waive_backup(ticket=ticket, device=asked.device, reason=reason, actor=actor)


def _demand(asked: ServiceBackup) -> Demand:
    return Demand(
        key=asked.key,
        subject=f"Backup of {asked.device.name}",
        words=asked.words,
        reason_label=f"Why {asked.device.name} is left without a fresh backup",
        template="upkeep/backups/_demand.html",
        context=asked,
    )


GATE = Gate(demands, waive)
