"""Add a line to the checklist of inspections."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from upkeep.actions._checklists import ordered_lines, set_order, write_line
from upkeep.inspections.standard import Line
from upkeep.models import Checklist, ChecklistLine

MOST = 100


@transaction.atomic
def add_checklist_line(*, checklist: Checklist, facts: Line, actor: Viewer) -> ChecklistLine:
    """Put it behind the last line of its section; a new section comes last.

    Inspections that were begun keep what they asked. Raises NotAllowed, BadInput naming the field,
    and RuleBroken for too many.
    """
    actor.require(Capability.MANAGE_INSPECTIONS)
    lines = ordered_lines(checklist.pk)
    if len(lines) >= MOST:
        raise RuleBroken(f"A checklist has up to {MOST} lines.", remedy="Retire one first.")
    line = ChecklistLine(
        provider_id=checklist.provider_id, checklist=checklist, position=len(lines) + 1
    )
    write_line(line, facts)
    line.save(force_insert=True)
    same = [place for place, one in enumerate(lines) if one.section == line.section]
    lines.insert(same[-1] + 1 if same else len(lines), line)
    set_order(lines)
    record(actor, "checklist.line_added", checklist, line=line.title)
    return line
