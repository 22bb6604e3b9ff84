"""What the page of a ticket says of backups: those taken for it, and those it ended without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from accounts.viewer import Viewer
from calcom_portal.common.prepared import prepared
from tickets.models import Ticket
from tickets.page_parts import TicketPart, is_marked
from upkeep.models import Backup, BackupState, BackupWaiver


@dataclass(frozen=True, slots=True)
class BackupsOfTicket:
    """Everything that the part shows. Customers see what is stored, and every waiver."""

    backups: Sequence[Backup]
    waivers: Sequence[BackupWaiver]
    is_staff: bool


def backups_of(viewer: Viewer, ticket: Ticket) -> TicketPart | None:
    """Return the part; None where no backup was taken or waived. A query for each that was."""
    taken = _backups(ticket.pk) if is_marked(ticket, "has_backups") else []
    backups = [one for one in taken if viewer.is_staff or _is_kept(one)]
    waivers = _waivers(ticket.pk) if is_marked(ticket, "has_waivers") else []
    if not backups and not waivers:
        return None
    shown = BackupsOfTicket(backups, waivers, viewer.is_staff)
    return TicketPart("upkeep/backups/_of_ticket.html", shown)


def has_backups() -> Exists:
    """Return the condition of a ticket that a backup was taken for."""
    return Exists(Backup.objects.filter(ticket_id=OuterRef("pk")))


def has_waivers() -> Exists:
    """Return the condition of a ticket that ended without a backup."""
    return Exists(BackupWaiver.objects.filter(ticket_id=OuterRef("pk")))


MARKS = {"has_backups": has_backups, "has_waivers": has_waivers}


def _is_kept(backup: Backup) -> bool:
    return backup.state == BackupState.STORED and backup.damaged_at is None


@prepared
def _backups(ticket_id: int) -> QuerySet[Backup]:
    rows = Backup.objects.filter(ticket_id=ticket_id).select_related("device")
    return rows.order_by("asked_at", "id")


@prepared
def _waivers(ticket_id: int) -> QuerySet[BackupWaiver]:
    rows = BackupWaiver.objects.filter(ticket_id=ticket_id).select_related("device")
    return rows.order_by("given_at", "id")
