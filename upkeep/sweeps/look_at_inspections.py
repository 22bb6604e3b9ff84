"""Reminds people of inspections, and says which are overdue: each once."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from calcom_portal.common.tenancy import database_now, system_scope
from upkeep.inspecting.looking import look_at_of, overdue_of, reminder_of
from upkeep.inspecting.notices import tell_overdue, tell_reminder
from upkeep.models import Inspection

REASON = "remind people of inspections"
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class LookCount:
    """How many visits people were reminded of, and how many inspections are newly overdue."""

    reminded: int = 0
    overdue: int = 0


def look_at_inspections(limit: int = 1_000) -> LookCount:
    """Look at what is due, some in each transaction; another sweep takes others."""
    reminded = overdue = seen = 0
    while seen < limit:
        with system_scope(REASON):
            rows = Inspection.objects.select_for_update(skip_locked=True, of=("self",))
            due = list(
                rows.select_related("site", "device", "customer")
                .filter(look_at__lte=database_now())
                .order_by("look_at", "pk")[:AT_ONCE]
            )
            for inspection in due:
                told = _look(inspection)
                reminded, overdue = reminded + told[0], overdue + told[1]
        seen += len(due)
        if len(due) < AT_ONCE:
            break
    return LookCount(reminded, overdue)


def _look(inspection: Inspection) -> tuple[int, int]:
    now, zone = database_now(), ZoneInfo(inspection.site.zone)
    reminder, last = reminder_of(inspection), overdue_of(inspection, zone)
    reminds = reminder is not None and reminder <= now
    is_late = last is not None and last <= now
    if reminds:
        inspection.reminded_at = now
        if inspection.starts_at is not None and inspection.starts_at > now:
            tell_reminder(inspection)
    if is_late:
        inspection.overdue_told_at = now
        tell_overdue(inspection)
    inspection.look_at = look_at_of(inspection, zone)
    inspection.save(update_fields=["reminded_at", "overdue_told_at", "look_at"])
    return int(reminds), int(is_late)
