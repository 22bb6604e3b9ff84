"""The watched devices of one site."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from calcom_portal.common.tenancy import database_now
from calcom_portal.common.timewords import spell_age
from contracts.models import Device, Site
from monitoring.day_figures import worst_of
from monitoring.device_part import SHORT, stand_of
from monitoring.drawing import UptimeBar, draw_uptime
from monitoring.models import Check
from monitoring.standing import Face, worst
from monitoring.uptime import uptime_of

MOST = 200


@dataclass(frozen=True, slots=True)
class WatchedRow:
    """A device with its state, its checks in short, and its last 30 days."""

    device: Device
    face: Face
    age: str
    checks: str
    bar: UptimeBar


def present_site(site: Site) -> dict[str, Any]:
    """Return what the template reads: devices, the worst first. Constant queries."""
    rows = Check.objects.in_service().filter(device__site=site).select_related("device")
    checks = list(rows.order_by("device__name", "device_id", "pk")[:MOST])
    days = uptime_of([check.pk for check in checks], SHORT)
    now, found = database_now(), []
    for device, run in groupby(checks, key=attrgetter("device")):
        own = list(run)
        stand = worst(stand_of(check) for check in own)
        age = spell_age(now - stand.since) if stand.since else ""
        names = ", ".join(check.name for check in own)
        bar = draw_uptime(worst_of([days[check.pk] for check in own]))
        found.append((stand.shown, WatchedRow(device, stand.shown.face, age, names, bar)))
    found.sort(key=lambda pair: -pair[0])
    unwatched = Device.objects.in_service().filter(site=site, checks=None).order_by("name")
    return {
        "site": site,
        "rows": [row for _, row in found],
        "unwatched": list(unwatched[:MOST]),
        "days": SHORT,
    }
