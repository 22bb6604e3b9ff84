"""What upkeep tells the monthly health check: of backups (item 9) and of firmware (item 11)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Q
from django.template.defaultfilters import filesizeformat

from contracts.day_words import spell_day
from contracts.models import Device
from monitoring.health.readings import Reading
from monitoring.health_sources import Told
from upkeep.backups.freshness import VERIFIED
from upkeep.firmware.standing import Release, Standing, Status, Verdict, count_newer
from upkeep.fleet import ModelBook, books_of, versions_of
from upkeep.models import Backup, BackupPlan, BackupState, Level

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOTHING = timedelta()
# Without a plan nothing says how often: as long as a plan waits that nobody told otherwise.
USUAL_HOURS: int = BackupPlan._meta.get_field("expected_hours").default
FAULTY = frozenset({Standing.AFFECTED, Standing.BLOCKED})


def upkeep_told(device: Device, since: datetime, until: datetime) -> Told:
    """Return what is known of a device's backups and of its firmware. Seven queries."""
    backups, firmware = _backups_told(device, since, until), _firmware_told(device, until)
    return Told([*backups.readings, *firmware.readings], backups.remarks | firmware.remarks)


def _backups_told(device: Device, since: datetime, until: datetime) -> Told:
    """Return how old the newest good backup is beside its plan, how it grew, how far it is proven.

    A system that is to be backed up and never was counts from the day it was planned. Four queries.
    """
    plan = BackupPlan.objects.filter(device=device).first()
    rows = Backup.objects.filter(device=device)
    good = rows.filter(
        state__in=(BackupState.STORED.value, BackupState.GONE.value),
        level__gte=VERIFIED,
        damaged_at=None,
    ).order_by("-begun_at")
    newest = good.filter(state=BackupState.STORED.value).first()
    if newest is None and plan is None:
        return Told()
    figures = rows.aggregate(
        failed=Count("pk", filter=Q(state="failed", asked_at__gte=since, asked_at__lt=until)),
        proven=Max("proven_at"),
    )
    readings = [
        *_ages(newest, plan, until),
        *_growth(newest, good.filter(begun_at__lt=since).first(), until),
        *_drill(plan, figures["proven"], until),
    ]
    return Told(readings, {"backup": _sentences(newest, **figures)})


def _ages(newest: Backup | None, plan: BackupPlan | None, until: datetime) -> Iterator[Reading]:
    if newest is not None and newest.begun_at is not None:
        age, source = until - newest.begun_at, f"Backup {newest.name}"
    else:
        age = until - plan.made_at if plan is not None else NOTHING
        source = "Planned, and none is good"
    late = max(age - _rhythm(plan), NOTHING)
    yield Reading("backup.late", late / HOUR, "", source, until)
    yield Reading("backup.age", age / HOUR, "", source, until)


def _rhythm(plan: BackupPlan | None) -> timedelta:
    """Return how often a backup is to be made: what brings itself is expected every so often."""
    hours = (plan.every_hours or plan.expected_hours) if plan is not None else USUAL_HOURS
    return timedelta(hours=hours)


def _growth(newest: Backup | None, before: Backup | None, until: datetime) -> Iterator[Reading]:
    if newest is not None and before is not None and before.plain_bytes:
        share = 100 * newest.plain_bytes / before.plain_bytes
        source = f"Backups {newest.name} and {before.name}"
        yield Reading("backup.size", share, "", source, until)


def _drill(plan: BackupPlan | None, proven: datetime | None, until: datetime) -> Iterator[Reading]:
    if plan is not None and plan.rehearses:
        source = "Last rehearsal that went well" if proven else "Planned, and never rehearsed"
        days = (until - (proven or plan.made_at)) / DAY
        yield Reading("backup.drill", days, "", source, until)


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


def _firmware_told(device: Device, until: datetime) -> Told:
    """Return how the version of a device stands beside the catalogue. Three queries."""
    product = device.product_model
    seen = versions_of([device.pk]).get(device.pk) if product is not None else None
    if product is None or seen is None:
        return Told()
    book = books_of([product])[product.pk]
    verdict = book.verdict_on(seen.version, until.date())
    if verdict.standing is Standing.UNKNOWN:
        return Told([], {"firmware": [f"Version {seen.version}. {verdict.why}"]})
    said = f"Version {seen.version}: {verdict.standing.label.lower()}. {verdict.why}"
    return Told([*_versions(book, seen.version, verdict, until)], {"firmware": [said]})


def _versions(
    book: ModelBook, version: str, verdict: Verdict, until: datetime
) -> Iterator[Reading]:
    vendor, source = book.product.vendor, f"Catalogue: {book.product}"
    releases = [Release(one.version, Status(one.status), one.ends_on) for one in book.releases]
    newer = count_newer(vendor, version, releases)
    yield Reading("firmware.faults", verdict.standing in FAULTY, "", source, until)
    yield Reading("firmware.behind", newer, "", source, until)
    ends_on: date | None = next((one.ends_on for one in releases if one.version == version), None)
    if ends_on is not None:
        left = (ends_on - until.date()).days
        told = f"{source}, until {spell_day(ends_on)}"
        yield Reading("support.left", left, version, told, until)
