"""When a worker has to look at an inspection next: to remind people, or to say it is overdue."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from upkeep.inspections.states import OPEN, State
from upkeep.inspections.years import DAY
from upkeep.models import Inspection

REMIND_BEFORE = timedelta(days=2)


def look_at_of(inspection: Inspection, zone: ZoneInfo) -> datetime | None:
    """Return the instant; None when nothing comes by itself any more. `zone` is the site's."""
    instants = (reminder_of(inspection), overdue_of(inspection, zone))
    return min((at for at in instants if at), default=None)


def reminder_of(inspection: Inspection) -> datetime | None:
    """Return when people are reminded of an agreed visit; None when that is done or not needed."""
    is_due = inspection.state == State.AGREED and inspection.reminded_at is None
    return inspection.starts_at - REMIND_BEFORE if is_due and inspection.starts_at else None


def overdue_of(inspection: Inspection, zone: ZoneInfo) -> datetime | None:
    """Return when the last day is over, at the site; None when that was told or cannot be."""
    is_open = inspection.state in OPEN and inspection.overdue_told_at is None
    if not is_open or inspection.latest is None:
        return None
    return datetime.combine(inspection.latest + DAY, time(8), zone)
