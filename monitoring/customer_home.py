"""The answer to a customer's first question: are my systems well?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from accounts.viewer import Viewer
from calcom_portal.common.timewords import spell_span
from contracts.models import Device, DeviceKind
from monitoring.board import DeviceStand, overview
from monitoring.day_figures import DayFigure, share_of, spell_share, worst_of
from monitoring.drawing import UptimeBar, draw_uptime
from monitoring.models import Check
from monitoring.standing import Face, Shown
from monitoring.uptime import uptime_of
from tickets.home_parts import Tile, Wellbeing

DAYS, MONTH = 60, 30
MOST = 8
# What is proven, or close to it. A check that is only suspect worries nobody yet.
ATTENTION = frozenset(
    {Shown.DOWN, Shown.UNREACHABLE, Shown.FLAPPING, Shown.RECOVERING, Shown.IMPAIRED}
)
# What an office misses first comes first.
ORDER = {kind: place for place, kind in enumerate(DeviceKind.values)}
NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


@dataclass(frozen=True, slots=True)
class SystemRow:
    """A system with its state and its last 60 days."""

    device: Device
    face: Face
    bar: UptimeBar


@dataclass(frozen=True, slots=True)
class OurSystems:
    """What the part shows; `others` are watched too, and not shown here."""

    rows: Sequence[SystemRow]
    others: int
    days: int


def wellbeing(viewer: Viewer, now: datetime) -> Wellbeing | None:
    """Say whether the viewer's systems are well; None while none is watched. Seven queries."""
    stands = {stand.device_id: stand for stand in overview(viewer.customer_id).stands}
    stands = {key: stand for key, stand in stands.items() if stand.shown > Shown.PENDING}
    if not stands:
        return None
    rows = _rows(stands)
    ill = [row for row in rows if stands[row.device.pk].shown in ATTENTION]
    attention = sum(stand.shown in ATTENTION for stand in stands.values())
    planned = sum(stand.shown is Shown.PLANNED for stand in stands.values())
    unseen = sum(stand.shown is Shown.UNKNOWN for stand in stands.values())
    return Wellbeing(
        headline=headline(len(stands), attention, planned),
        text=" ".join([*map(_told, ill[:2]), *_unseen(unseen)]),
        is_well=not attention,
        tiles=[_reachable(rows, stands)],
        template="monitoring/_our_systems.html",
        context=OurSystems(rows, len(stands) - len(rows), DAYS),
    )


def headline(watched: int, attention: int, planned: int = 0) -> str:
    """Return the answer in one line. `planned`: may be silent now, because somebody works there."""
    if not attention and planned:
        if watched == 1:
            return "Your system is being worked on, as planned"
        are = "is" if planned == 1 else "are"
        return f"{spell_number(planned)} of your {watched} systems {are} in planned work"
    if not attention:
        return f"All {watched} systems are working" if watched > 1 else "Your system is working"
    if watched == 1:
        return "Your system needs attention"
    needs = "needs" if attention == 1 else "need"
    return f"{spell_number(attention)} of your {watched} systems {needs} attention"


def spell_number(count: int) -> str:
    """Return small numbers as words."""
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def _told(row: SystemRow) -> str:
    return f"{row.device.name}, {row.device.site.name}: {row.face.plain.lower()}."


def _unseen(count: int) -> list[str]:
    if not count:
        return []
    return [f"{spell_number(count)} cannot be seen just now; that says nothing about calls."]


def _rows(stands: Mapping[int, DeviceStand]) -> list[SystemRow]:
    """Return the systems to show: those in trouble first, then what an office misses first."""
    devices = Device.objects.filter(pk__in=stands).select_related("site")
    order = {
        device.pk: (stands[device.pk].shown not in ATTENTION, ORDER[device.kind], device.name)
        for device in devices
    }
    shown = sorted(devices, key=lambda device: order[device.pk])[:MOST]
    bars = _bars([device.pk for device in shown])
    return [SystemRow(one, stands[one.pk].shown.face, bars[one.pk]) for one in shown]


def _bars(device_ids: Sequence[int]) -> dict[int, UptimeBar]:
    checks = Check.objects.running().filter(device__in=device_ids)
    pairs = list(checks.values_list("pk", "device_id"))
    days = uptime_of([check_id for check_id, _ in pairs], DAYS)
    return {
        device_id: draw_uptime(worst_of([days[key] for key, owner in pairs if owner == device_id]))
        for device_id in device_ids
    }


def _reachable(rows: Sequence[SystemRow], stands: Mapping[int, DeviceStand]) -> Tile:
    systems = [row for row in rows if row.device.kind == DeviceKind.PBX] or rows
    days = [day for row in systems for day in row.bar.days[-MONTH:]]
    what = "Phone system" if systems[0].device.kind == DeviceKind.PBX else "Systems"
    share = spell_share(share_of(days)) or "Not known yet"
    note = f"Last {MONTH} days: {_gaps(days)}"
    # Silence behind equipment that is down is no gap of its own, and no good news either.
    if any(stands[row.device.pk].shown is Shown.UNREACHABLE for row in systems):
        note = f"Last {MONTH} days, but out of reach now"
    return Tile(f"{what} reachable", share, note)


def _gaps(days: Sequence[DayFigure]) -> str:
    gaps = [day for day in days if day.down]
    if not gaps:
        return "without a gap"
    longest = max(gaps, key=lambda day: day.down)
    count = "one gap" if len(gaps) == 1 else f"{len(gaps)} gaps, the longest"
    return f"{count} of {spell_span(longest.down)}, {_day(longest.day)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"
