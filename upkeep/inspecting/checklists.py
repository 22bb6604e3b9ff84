"""The checklists of a provider: the one that it starts with, and which one a system gets."""

from __future__ import annotations

from calcom_portal.common.tenancy import database_now
from upkeep.inspections.standard import NAME, STANDARD
from upkeep.models import Checklist, ChecklistLine


def found_checklist(provider_id: int) -> None:
    """Give a provider the standard checklist, unless it has one."""
    if Checklist.objects.filter(provider=provider_id).exists():
        return
    now = database_now()
    checklist = Checklist.objects.create(
        provider_id=provider_id, name=NAME, made_at=now, changed_at=now
    )
    ChecklistLine.objects.bulk_create(
        ChecklistLine(
            provider_id=provider_id,
            checklist=checklist,
            position=position,
            section=line.section,
            title=line.title,
            how=line.how,
            asked=line.asked.value,
            unit=line.unit,
            low=line.low,
            high=line.high,
            wants_photo=line.wants_photo,
            is_required=line.is_required,
        )
        for position, line in enumerate(STANDARD, start=1)
    )


def general_checklist(provider_id: int) -> Checklist:
    """Return the checklist for any equipment; the standard one is made where there is none."""
    found_checklist(provider_id)
    checklist: Checklist = Checklist.objects.get(provider=provider_id, kind="")
    return checklist


def lines_for(provider_id: int, kind: str) -> list[ChecklistLine]:
    """Return the lines for a kind of equipment: of its own checklist, else of the one for any."""
    rows = Checklist.objects.filter(provider=provider_id, kind__in=(kind, ""))
    checklist = max(rows, key=lambda row: row.kind, default=None)
    if checklist is None:
        return []
    lines: list[ChecklistLine] = list(checklist.lines.order_by("position", "pk"))
    return lines
