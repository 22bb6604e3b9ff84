"""What backups tell the monthly health check (item 9): age, size, and how far they are proven."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Max, Q
from django.template.defaultfilters import filesizeformat

from contracts.models import Device
from monitoring.health.readings import Reading
from monitoring.health_sources import Told
from upkeep.backups.freshness import VERIFIED
from upkeep.models import Backup, BackupPlan, BackupState, Level

HOUR = timedelta(hours=1)


def backups_told(device: Device, since: datetime, until: datetime) -> Told:
    """Return the age of the newest good backup, and what became of backups. Three queries.

    A system that is to be backed up and never was counts from the day it was planned.
    """
    plan = BackupPlan.objects.filter(device=device).first()
    rows = Backup.objects.filter(device=device)
    good = rows.filter(state=BackupState.STORED.value, level__gte=VERIFIED, damaged_at=None)
    newest = good.order_by("-begun_at").first()
    if newest is None and plan is None:
        return Told()
    figures = rows.aggregate(
        failed=Count("pk", filter=Q(state="failed", asked_at__gte=since, asked_at__lt=until)),
        proven=Max("proven_at"),
    )
    return Told([_age(newest, plan, until)], {"backup": _sentences(newest, **figures)})


def _age(newest: Backup | None, plan: BackupPlan | None, until: datetime) -> Reading:
    if newest is not None and newest.begun_at is not None:
        source = f"Backup {newest.name}"
        return Reading("backup.age", (until - newest.begun_at) / HOUR, "", source, until)
    made_at = plan.made_at if plan is not None else until
    return Reading("backup.age", (until - made_at) / HOUR, "", "Planned, and none is good", until)


def _sentences(newest: Backup | None, failed: int, proven: datetime | None) -> list[str]:
    if newest is None:
        return ["There is no good backup."]
    size = filesizeformat(newest.stored_bytes).replace("\xa0", " ")
    said = [f"{size}, {Level(newest.level).label.lower()}."]
    if failed:
        said.append(f"{failed} failed in this time.")
    if proven is not None:
        said.append(f"Last proven restorable on {proven.day} {proven:%b %Y}.")
    return said
