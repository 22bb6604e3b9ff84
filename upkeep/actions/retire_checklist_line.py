"""Take a line off the checklist."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from upkeep.actions._checklists import ordered_lines, set_order
from upkeep.models import ChecklistLine


@transaction.atomic
def retire_checklist_line(*, line: ChecklistLine, actor: Viewer) -> None:
    """Ask it no more; inspections that were begun keep it, with its answer.

    Raises NotAllowed, and RuleBroken for the last one.
    """
    actor.require(Capability.MANAGE_INSPECTIONS)
    lines = ordered_lines(line.checklist_id)
    left = [one for one in lines if one.pk != line.pk]
    if not left:
        raise RuleBroken("A checklist needs a line.", remedy="Add another one first.")
    record(actor, "checklist.line_retired", line.checklist, line=line.title)
    ChecklistLine.objects.filter(pk=line.pk).delete()
    set_order(left)
