"""One backup, and all backups of one system, as their pages show them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.paging import keyset_page
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from contracts.models import Device
from monitoring.standing import Face
from upkeep.backups.freshness import OPEN
from upkeep.backups.keeping import AROUND, Share
from upkeep.backups.kept_rows import kept_rows
from upkeep.backups.standing import face_of
from upkeep.drivers.base import SERVICE, SETTINGS, TABLE
from upkeep.models import Backup, BackupPart, BackupState, Form, Level
from upkeep.presenters.board import PlanRow, age_of, plans_in_service, rows_of
from upkeep.restores.choosing import last_started, proven_on
from upkeep.restores.words import started_words
from upkeep.services import FETCHING

LONGEST_BASELINE = 24
# What the rule of keeping calls its reasons (`upkeep.backups.keeping`), for people.
REASONS = {
    "held": "Kept for good by a person",
    "in use": "A restore needs it",
    "young": "Less than a week old",
    "newest verified": "One of the three newest that were checked",
    "newest": "One of the three newest",
    AROUND: "Around an update, a change or a restore",
    "newest of its firmware": "The newest of its firmware",
    "daily": "Stands for its day",
    "weekly": "Stands for its week",
    "monthly": "Stands for its month",
    "yearly": "Stands for its year",
}
# How a figure of the baseline begins, and what it is for people.
FIGURES = {SERVICE: "Service", TABLE: "Checksum of"}
CHECKED = "Its files were looked into while it was written, and are whole."
PUT_BACK = "Put back into a system of ours."
OPENED = "Decrypted, and its files are whole."
# Of a maker's own form only the maker's tool can tell more (docs/equipment.md).
CHECKED_RAW = "It holds a maker's own file: not empty, but nobody here can look inside it."
OPENED_RAW = (
    "Decrypted, and the same as what came; nobody here can look inside the maker's own file."
)


@dataclass(frozen=True, slots=True)
class BackupRow:
    """A backup in a list. `at` is the instant whose state it holds, or when it was asked for."""

    backup: Backup
    face: Face
    age: str

    @property
    def at(self) -> datetime:
        """Return when it was taken, or asked for."""
        at: datetime = self.backup.begun_at or self.backup.asked_at
        return at


@dataclass(frozen=True, slots=True)
class Rung:
    """A level of proof: what it means, and when this backup last passed it."""

    title: str
    words: str
    at: datetime | None


def row_of(backup: Backup, now: datetime) -> BackupRow:
    """Put a backup into a row."""
    face = face_of(backup.state, backup.level, is_damaged=backup.damaged_at is not None)
    return BackupRow(backup, face, age_of(backup, now))


def device_backups(request: ViewerRequest, device: Device) -> dict[str, Any]:
    """Return what the page of a system's backups shows. Five queries."""
    now, viewer = database_now(), request.viewer
    rows = Backup.objects.filter(device=device).select_related("ticket")
    listed = keyset_page(request, rows, key="asked_at", newest_first=True)
    plan = plan_row(device, now)
    return {
        "device": device,
        "rows": [row_of(backup, now) for backup in listed.rows],
        "pager": listed.pager,
        "row": plan,
        "can_ask": can_ask(viewer, plan),
        "can_bring": plan is not None and plan.plan.driver not in FETCHING,
        "can_manage": viewer.can(Capability.MANAGE_BACKUPS) and device.retired_on is None,
        "shares": _shares(viewer, device, now),
        "proof": proven_on([device.pk]).get(device.pk),
        "can_rehearse": plan is not None
        and viewer.can(Capability.RESTORE_SYSTEMS)
        and any(_is_opened(backup) for backup in listed.rows),
    }


def _is_opened(backup: Backup) -> bool:
    is_kept = backup.state == BackupState.STORED and backup.damaged_at is None
    return bool(is_kept and backup.level >= Level.OPENED)


def plan_row(device: Device, now: datetime) -> PlanRow | None:
    """Return how the backups of a system stand; None where nothing is planned."""
    found = rows_of(list(plans_in_service().filter(device=device)), now)
    return found[0] if found else None


def can_ask(viewer: Viewer, row: PlanRow | None) -> bool:
    """Can a backup be taken now?"""
    if row is None or row.running is not None or not viewer.can(Capability.TAKE_BACKUPS):
        return False
    return row.plan.driver in FETCHING


def present_backup(viewer: Viewer, backup: Backup) -> dict[str, Any]:
    """Return what the page of a backup shows. Three queries."""
    parts: Sequence[BackupPart] = ()
    is_manifest_damaged = False
    if viewer.is_staff:
        is_manifest_damaged = backup.manifest_objects.exclude(damaged_at=None).exists()
        parts = list(backup.parts.select_related("stored_object").order_by("name", "pk"))
    is_kept = backup.state == BackupState.STORED
    reasons = _reasons(viewer, backup) if is_kept else ()
    return {
        "reasons": [REASONS[one] for one in reasons],
        "can_let_go": AROUND in reasons and viewer.can(Capability.MANAGE_COMPANY),
        "backup": backup,
        "row": row_of(backup, database_now()),
        "parts": parts,
        "rungs": _rungs(backup, parts) if is_kept else [],
        "measured": _measured(backup.baseline),
        "is_open": backup.state in OPEN,
        "can_restore": is_kept
        and backup.damaged_at is None
        and backup.plan is not None
        and backup.plan.driver in FETCHING
        and viewer.can(Capability.RESTORE_SYSTEMS),
        "is_kept": is_kept,
        "is_manifest_damaged": is_kept and is_manifest_damaged,
        "can_download": is_kept and viewer.can(Capability.MANAGE_BACKUPS),
        "can_hold": is_kept and viewer.can(Capability.MANAGE_BACKUPS),
    }


def _reasons(viewer: Viewer, backup: Backup) -> tuple[str, ...]:
    """Return why it is kept, for those who decide over it. Five queries."""
    if not viewer.can(Capability.MANAGE_BACKUPS):
        return ()
    return kept_rows(backup.device_id, database_now()).reasons.get(backup.pk, ())


def _shares(viewer: Viewer, device: Device, now: datetime) -> list[tuple[str, Share]]:
    """Return how much room each reason takes. Five queries."""
    if not viewer.can(Capability.MANAGE_BACKUPS):
        return []
    return [(REASONS[one.reason], one) for one in kept_rows(device.pk, now).shares]


def _rungs(backup: Backup, parts: Sequence[BackupPart]) -> list[Rung]:
    is_raw = any(part.form == Form.RAW for part in parts)
    checked_at = backup.stored_at if backup.level >= Level.OPENED else None
    return [
        Rung(Level.STORED.label, "Every byte is on disk.", backup.stored_at),
        Rung(Level.READ.label, "Read again, and the same.", backup.read_at),
        Rung("Checked", CHECKED_RAW if is_raw else CHECKED, checked_at),
        Rung("Opened", OPENED_RAW if is_raw else OPENED, _decrypted_at(backup)),
        Rung(Level.PROVEN.label, _proven_words(backup), backup.proven_at),
    ]


def _proven_words(backup: Backup) -> str:
    """Return what a rehearsal did with it; a query only where there was one."""
    if backup.proven_at is None:
        return PUT_BACK
    rows = Backup.objects.filter(pk=backup.pk).annotate(started=last_started())
    found = rows.values_list("started", flat=True)
    return f"{PUT_BACK} {started_words(found.first())}".rstrip()


def _decrypted_at(backup: Backup) -> datetime | None:
    """Return when the vault last opened it; what equals its storing was never an opening."""
    opened, stored = backup.opened_at, backup.stored_at
    if opened is None or stored is None or opened <= stored:
        return None
    at: datetime = opened
    return at


def _measured(baseline: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what the system was when it was backed up: the figures a restore is checked by."""
    found = []
    figures = {name: value for name, value in baseline.items() if name != SETTINGS}
    for name, value in sorted(figures.items())[:LONGEST_BASELINE]:
        words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        found.append((_figure(name), words[:120]))
    return found


def _figure(name: str) -> str:
    """Return what a figure of the baseline is called: "Service asterisk.service"."""
    for start, title in FIGURES.items():
        if name.startswith(start):
            return f"{title} {name.removeprefix(start)}"
    return name.replace(".", " ").replace("_", " ").capitalize()
