"""Move a line of the checklist by one place."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from upkeep.actions._checklists import ordered_lines, set_order
from upkeep.models import ChecklistLine


@transaction.atomic
def move_checklist_line(*, line: ChecklistLine, is_later: bool, actor: Viewer) -> None:
    """Change places with the line before or behind; at either end nothing happens.

    Raises NotAllowed.
    """
    actor.require(Capability.MANAGE_INSPECTIONS)
    lines = ordered_lines(line.checklist_id)
    place = next((at for at, one in enumerate(lines) if one.pk == line.pk), None)
    if place is None:
        return
    other = place + (1 if is_later else -1)
    if not 0 <= other < len(lines):
        return
    lines[place], lines[other] = lines[other], lines[place]
    set_order(lines)
    record(actor, "checklist.line_moved", line.checklist, line=line.title, place=other + 1)
