"""A customer's first page."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from accounts.viewer import Viewer
from calcom_portal.common.parts import Cover, SlaState, TimeLeft
from contracts.models import Device
from contracts.papers import waiting_for
from contracts.promised import Promised, promised_for, promises_of_terms, service_calendar
from contracts.sla import Metric, Priority, Promise, Unit
from tickets.home_parts import tiles_for, wellbeing_of
from tickets.models import Ticket, Verdict
from tickets.presenters.clocks import windows_ahead
from tickets.presenters.queue_rows import QueueRow, Row, clockwork_of, fetch_rows, present_rows

SHOWN = 20
DEVICES = 8


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """One open ticket with its clock."""

    ref: str
    subject: str
    badge: str
    clock: TimeLeft | None
    note: str


def present_home(viewer: Viewer, now: datetime) -> dict[str, Any]:
    """Return the context of the page."""
    live = Ticket.objects.visible_to(viewer).live().in_dispatch_order()
    rows = fetch_rows(live, SHOWN + 1)
    promised = promised_for(
        customer_id=viewer.customer_id or 0, site_id=None, device_id=None, at=now
    )
    devices = Device.objects.filter(retired_on__isnull=True).select_related("site")
    shown = list(devices.order_by("site__name", "kind", "name")[: DEVICES + 1])
    kept, judged = promises_kept(viewer, now)
    wellbeing = wellbeing_of(viewer, now)
    return {
        "open_count": f"{SHOWN}+" if len(rows) > SHOWN else str(len(rows)),
        "is_quiet": not rows,
        "has_late": any(row.deadline is not None and row.deadline < now for row in rows),
        "emergencies": sum(row.priority == Priority.EMERGENCY for row in rows[:SHOWN]),
        "tickets": _open_tickets(rows[:SHOWN], viewer, now),
        "has_more": len(rows) > SHOWN,
        "year": now.astimezone(zoneinfo.ZoneInfo(viewer.zone)).year,
        "kept": kept,
        "judged": judged,
        "devices": shown[:DEVICES],
        "more_devices": len(shown) > DEVICES,
        "contract": _contract(promised),
        "to_sign": waiting_for(viewer),
        "wellbeing": wellbeing,
        "tiles": [*(wellbeing.tiles if wellbeing else ()), *tiles_for(viewer, now)],
    }


def promises_kept(viewer: Viewer, now: datetime) -> tuple[int, int]:
    """Return how many of this year's promises were kept, and how many are judged."""
    zone = zoneinfo.ZoneInfo(viewer.zone)
    new_year = datetime(now.astimezone(zone).year, 1, 1, tzinfo=zone)
    corrected = Verdict.objects.filter(corrects=OuterRef("pk"))
    rows = Verdict.objects.filter(sealed_at__gte=new_year)
    outcomes = list(rows.filter(~Exists(corrected)).values_list("outcome", flat=True))
    return outcomes.count("met"), len(outcomes)


def _open_tickets(rows: list[Row], viewer: Viewer, now: datetime) -> list[OpenTicket]:
    promises = promises_of_terms({row.terms_id for row in rows})
    shown = present_rows(rows, clockwork_of(viewer, now))
    return [
        OpenTicket(
            row.reference,
            row.subject,
            printed["badge"],
            _clock(row, printed, promises[row.terms_id], now),
            printed["note"],
        )
        for row, printed in zip(rows, shown, strict=True)
    ]


def _clock(row: Row, printed: QueueRow, promise: Promise, now: datetime) -> TimeLeft | None:
    if printed["seconds"] is None:
        return None
    target = promise.target(Priority(row.priority), Metric(row.metric))
    unit = target.unit if target else Unit.BUSINESS
    calendar = service_calendar(row.calendar_version_id)
    is_closed = unit is Unit.BUSINESS and not calendar.is_open(now)
    return TimeLeft(
        state=SlaState(printed["state"]),
        left=printed["left"],
        due=row.deadline,
        left_seconds=printed["seconds"],
        at=int(now.timestamp()),
        windows=windows_ahead(calendar, unit, now),
        resumes=calendar.next_opening(now) if is_closed else None,
        unit="business time" if unit is Unit.BUSINESS else "time",
    )


def _contract(promised: Promised) -> dict[str, Any]:
    if promised.contract_id is None:
        return {"cover": Cover("none", "No contract for the whole company", promised.reason)}
    targets = {
        priority.value: target.words()
        for priority in Priority
        if (target := promised.promise.target(priority, Metric.RESPOND)) is not None
    }
    return {
        "number": promised.contract_number,
        "tier": promised.tier_name,
        "targets": targets,
        "reason": promised.reason,
    }
