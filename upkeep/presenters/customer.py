"""What customers see of their backups: age, size and proof of the last good one of each system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Q, QuerySet, When
from django.urls import reverse

from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from calcom_portal.common.timewords import spell_age
from contracts.models import Device
from tickets.home_parts import Tile
from upkeep.backups.freshness import VERIFIED
from upkeep.backups.promising import Promise
from upkeep.models import Backup, BackupPlan, BackupState, BackupWaiver, Restore, RestoreKind
from upkeep.presenters.backup_page import BackupRow, row_of
from upkeep.presenters.restore_page import RestoreRow
from upkeep.restores.choosing import last_started
from upkeep.restores.history import TOLD
from upkeep.restores.words import asked_words, ended_words, started_words

SHOWN = 200
WAIVERS = 20
RESTORES = 20
GOOD = Q(state=BackupState.STORED.value, level__gte=VERIFIED, damaged_at=None)


@dataclass(frozen=True, slots=True)
class OurSystem:
    """One system with its last good backup, None where there is none yet, and what is promised.

    `promise` is "" for a system that was backed up once, and has no plan; `started` tells what a
    rehearsal started from the backup, "" where nothing was.
    """

    device: Device
    row: BackupRow | None
    promise: str = ""
    started: str = ""


@dataclass(frozen=True, slots=True)
class OurRestore:
    """One restore of a system: what was given back, who had it done, and how it ended."""

    row: RestoreRow
    kept_at: datetime
    who: str
    sentence: str


def our_backups_page(viewer: Viewer) -> dict[str, Any]:
    """Return what the page shows. Five queries."""
    waivers = BackupWaiver.objects.select_related("device", "ticket").order_by("-given_at", "-pk")
    return {
        "systems": _systems(database_now())[:SHOWN],
        "restores": _restores(),
        "waivers": list(waivers[:WAIVERS]),
    }


def _systems(now: datetime) -> list[OurSystem]:
    """Return every system that is backed up, was, or that it was tried for; by site and name."""
    rows = Backup.objects.filter(device__retired_on=None).select_related("device__site")
    rows = rows.annotate(turn=Case(When(GOOD, then=0), default=1), started=last_started())
    best = rows.order_by("device_id", "turn", "-asked_at", "-pk").distinct("device_id")
    known = {one.device_id: one for one in best}
    promises = promises_of()
    bare = Device.objects.filter(pk__in=promises.keys() - known.keys()).select_related("site")
    found = [
        OurSystem(
            one.device,
            row_of(one, now) if one.turn == 0 else None,
            promises.get(pk, ""),
            started_words(one.started),
        )
        for pk, one in known.items()
    ]
    found += [OurSystem(device, None, promises[device.pk]) for device in bare]
    return sorted(found, key=lambda one: (one.device.site.name, one.device.name, one.device.pk))


def promises_of(device: Device | None = None) -> dict[int, str]:
    """Return what is promised of each system in service with a plan, or of one. One query.

    Of a plan customers may read these columns only.
    """
    rows = BackupPlan.objects.filter(device__retired_on=None)
    if device is not None:
        rows = rows.filter(device=device)
    told = rows.values_list("device_id", "driver", "every_hours", "expected_hours", "paused_at")
    return {
        pk: Promise(driver, every, expected, paused is not None).words
        for pk, driver, every, expected, paused in told
    }


def _restores() -> list[OurRestore]:
    """Return the newest restores onto systems that were begun; the scope keeps to one's own."""
    rows = Restore.objects.filter(
        kind=RestoreKind.SYSTEM.value, state__in=TOLD, begun_at__isnull=False
    ).select_related("device", "backup", "ticket", "asked_by", "confirmed_by")
    return [
        OurRestore(RestoreRow(one), _taken_at(one.backup), asked_words(one), ended_words(one))
        for one in rows.order_by("-begun_at", "-pk")[:RESTORES]
    ]


def backup_tiles(viewer: Viewer, now: datetime) -> Sequence[Tile]:
    """Return the figure of the first page: how old the last good backups are. One query."""
    if not viewer.can(Capability.SEE_CONTRACTS):
        return ()
    good = list(_last_good())
    if not good:
        return ()
    oldest = min(good, key=_taken_at)
    age = f"{spell_age(now - _taken_at(oldest))} ago"
    url = reverse("our_backups")
    if len(good) == 1:
        return (Tile("Last good backup", age, oldest.device.name, url),)
    return (Tile("Last good backup", age, f"the oldest of {len(good)} systems", url),)


def _taken_at(backup: Backup) -> datetime:
    at: datetime = backup.begun_at or backup.asked_at
    return at


def _last_good() -> QuerySet[Backup]:
    """Return the newest verified backup of each system in service; the scope keeps to one's own."""
    rows = Backup.objects.filter(GOOD, device__retired_on=None)
    ordered = rows.order_by("device_id", "-asked_at", "-pk").distinct("device_id")
    return ordered.select_related("device__site")
