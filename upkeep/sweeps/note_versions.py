"""Writes down which versions equipment tells, from what its checks brought home.

A phone system also tells of its phones: their names there are the extensions of our phones at the
same site.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from calcom_portal.common.tenancy import system_scope
from contracts.models import Device, DeviceKind
from monitoring.models import Check
from monitoring.probes.facts import Fact
from upkeep.firmware.versions import version_in
from upkeep.models import FirmwareSeen
from upkeep.seen import is_same, see_version

REASON = "note which versions equipment runs"
BATCH = 500
NOTED_AGAIN = timedelta(days=1)
# The surest first: what is told from inside before what a greeting says.
TOLD_BY = (Fact.VERSION, Fact.SYSTEM_DESCRIPTION, Fact.SIP_SERVER)
PHONE = f"{Fact.PHONE_FIRMWARE.value}:"


@dataclass(frozen=True, slots=True)
class Told:
    """That a device runs a version, as a check was told. The lower `rank`, the surer."""

    device_id: int
    version: str
    words: str
    source: str
    at: datetime
    rank: int


@dataclass(frozen=True, slots=True)
class NoteCount:
    """What a sweep did."""

    devices: int = 0
    changed: int = 0


def note_versions() -> NoteCount:
    """Read the newest facts of all checks, a batch of devices in each transaction."""
    devices = changed = last = 0
    while True:
        with system_scope(REASON):
            ids = _devices_after(last)
            if not ids:
                return NoteCount(devices, changed)
            devices, last = devices + len(ids), ids[-1]
            checks = _telling().filter(device__in=ids).select_related("device")
            told = [one for check in checks.order_by("pk") for one in told_by(check)]
            changed += _note(told)


def told_by(check: Check) -> Iterator[Told]:
    """Give the versions that a check was told, of its device and of phones."""
    if check.last_at is None:
        return
    source, facts = f"Check “{check.name}”", check.last_facts
    for rank, name in enumerate(TOLD_BY):
        words = str(facts.get(name) or "")
        if version := version_in(words, model=check.device.model):
            yield Told(check.device_id, version, words, source, check.last_at, rank)
            break
    phones = {
        key.removeprefix(PHONE): str(value) for key, value in facts.items() if key.startswith(PHONE)
    }
    if phones:
        yield from _phones_of(check.device, phones, check.last_at)


def _phones_of(system: Device, phones: Mapping[str, str], at: datetime) -> Iterator[Told]:
    rows = Device.objects.filter(
        site=system.site_id, kind=DeviceKind.PHONE.value, retired_on=None, extension__in=phones
    )
    for pk, extension, model in rows.values_list("pk", "extension", "model"):
        if version := version_in(phones[extension], model=model):
            yield Told(pk, version, phones[extension], f"Phone system {system.name}", at, 0)


def _telling() -> QuerySet[Check]:
    named = Q(last_facts__has_any_keys=[fact.value for fact in TOLD_BY])
    phones = Q(last_facts__has_key=Fact.PHONES_PROVISIONED.value)
    rows: QuerySet[Check] = Check.objects.filter(
        named | phones,
        last_at__isnull=False,
        device__retired_on=None,
        provider__suspended_at=None,
    )
    return rows


def _devices_after(last: int) -> list[int]:
    rows = _telling().filter(device__gt=last).order_by("device").values_list("device", flat=True)
    return list(rows.distinct()[:BATCH])


def _note(told: list[Told]) -> int:
    """Write what is new; of several who tell of a device the surest counts, then the newest."""
    chosen = {one.device_id: one for one in sorted(told, key=lambda one: (-one.rank, one.at))}
    seen = FirmwareSeen.objects.filter(device__in=chosen, until=None)
    known = {row.device_id: row for row in seen}
    rows = Device.objects.select_for_update(of=("self",)).filter(
        pk__in=[pk for pk, one in chosen.items() if _is_news(one, known.get(pk))]
    )
    news = list(rows.order_by("pk"))
    for device in news:
        one = chosen[device.pk]
        see_version(device, one.version, source=one.source, at=one.at, words=one.words)
    return len(news)


def _is_news(told: Told, known: FirmwareSeen | None) -> bool:
    """Is it another version, and newer than what is known? The same one is noted once a day."""
    if known is None:
        return True
    if told.at <= known.seen_at:
        return False
    return not is_same(told.version, known.version) or told.at - known.seen_at >= NOTED_AGAIN
