"""What a device's page says of how it is watched: state, checks, uptime, outages, agent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from calcom_portal.common.timewords import spell_age
from contracts.device_parts import DevicePart, Light
from contracts.models import Device
from monitoring.board import DeviceStand, planned, stands_of
from monitoring.board_page import OutageRow, outage_rows
from monitoring.day_figures import worst_of
from monitoring.drawing import Spark, UptimeBar, draw_spark, draw_uptime, spell_took
from monitoring.models import Check, Incident, SiteAgent
from monitoring.standing import Face, Stand, shown_of, worst
from monitoring.uptime import answer_times_of, uptime_of
from monitoring.works import WorkNow, works_now

LONG, SHORT = 90, 30
PAST = 5
LAST_DAY = "the last 24 hours"


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A check of the device: how it stands, how quick it is, its last 30 and all its days."""

    check: Check
    face: Face
    age: str
    took: str
    spark: Spark | None
    short: UptimeBar
    bar: UptimeBar


@dataclass(frozen=True, slots=True)
class Watched:
    """Everything that the part shows. The bars are of the device: each day that of its worst
    check; `short` has the last 30.
    """

    device: Device
    face: Face
    works: Sequence[WorkNow]
    age: str
    checks: Sequence[CheckRow]
    short: UptimeBar
    bar: UptimeBar
    outages: Sequence[OutageRow]
    past: Sequence[OutageRow]
    agents: Sequence[SiteAgent]
    is_staff: bool
    can_manage: bool


def watching_of(viewer: Viewer, device: Device) -> DevicePart | None:
    """Return the part for a device's page; customers see it once something is watched."""
    rows = Check.objects.filter(device=device).order_by("pk")
    is_staff = viewer.can(Capability.SEE_MONITORING)
    # How a device is reached is the staff's: a customer's people may not read connections.
    checks = list(rows.select_related("connection__agent") if is_staff else rows)
    if not checks and not is_staff:
        return None
    return DevicePart("monitoring/_device.html", _watched(viewer, device, checks))


def lights_for(viewer: Viewer, device_ids: Collection[int]) -> dict[int, Light]:
    """Return how devices stand, for lists; those that nobody watches have no light."""
    return {
        device_id: _light(stand.shown.face, viewer)
        for device_id, stand in stands_of(device_ids).items()
    }


def _light(face: Face, viewer: Viewer) -> Light:
    return Light(face.light, face.icon, face.plain if viewer.is_customer else face.word)


def stand_of(check: Check) -> Stand:
    """Return how a check stands."""
    shown = shown_of(
        check.state,
        outcome=check.last_outcome,
        paused=check.paused_at is not None,
        flapping=check.flapping_since is not None,
    )
    return Stand(shown, check.paused_at or check.since)


def check_rows(checks: Sequence[Check], days: int) -> list[CheckRow]:
    """Put checks into rows with their last `days` days. Three queries, however many checks."""
    now, ids = database_now(), [check.pk for check in checks]
    uptime, lines = uptime_of(ids, days), answer_times_of(ids)
    rows = []
    for check in checks:
        stand, bar = stand_of(check), draw_uptime(uptime[check.pk])
        rows.append(
            CheckRow(
                check,
                stand.shown.face,
                spell_age(now - stand.since) if stand.since else "",
                spell_took(check.last_took_us),
                draw_spark(lines[check.pk], LAST_DAY),
                draw_uptime(bar.days[-SHORT:]),
                bar,
            )
        )
    return rows


def _watched(viewer: Viewer, device: Device, checks: Sequence[Check]) -> Watched:
    now, rows = database_now(), check_rows(checks, LONG)
    stand = worst(stand_of(check) for check in checks)
    where = DeviceStand(device.pk, device.site_id, device.customer_id, stand.shown)
    works = [work for work in works_now(device.customer_id) if work.concerns(where)]
    running = [row.bar.days for row in rows if row.check.paused_at is None]
    bar = draw_uptime(worst_of(running))
    # What joined an outage of the same device is told on that one's page.
    of_it = Incident.objects.filter(device=device).exclude(parent__device=device.pk)
    incidents = of_it.select_related("device__site", "customer", "of_check", "ticket__assignee")
    newest = list(incidents.order_by("-opened_at", "-pk")[: PAST * 3])
    return Watched(
        device=device,
        face=planned(where, works).shown.face,
        works=works,
        age=spell_age(now - stand.since) if stand.since else "",
        checks=rows,
        short=draw_uptime(bar.days[-SHORT:]),
        bar=bar,
        outages=outage_rows([one for one in newest if one.closed_at is None], now),
        past=outage_rows([one for one in newest if one.closed_at is not None][:PAST], now),
        agents=_agents(checks) if viewer.can(Capability.SEE_MONITORING) else (),
        is_staff=viewer.can(Capability.SEE_MONITORING),
        can_manage=viewer.can(Capability.MANAGE_MONITORING),
    )


def _agents(checks: Sequence[Check]) -> list[SiteAgent]:
    agents = {one.connection.agent for one in checks if one.connection and one.connection.agent}
    return sorted(agents, key=lambda agent: agent.name)
