"""Change what a line of the checklist asks."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from upkeep.actions._checklists import COLUMNS, write_line
from upkeep.inspections.standard import Line
from upkeep.models import ChecklistLine


@transaction.atomic
def edit_checklist_line(*, line: ChecklistLine, facts: Line, actor: Viewer) -> ChecklistLine:
    """Change it for inspections that begin from now on. Raises NotAllowed, BadInput."""
    actor.require(Capability.MANAGE_INSPECTIONS)
    line = ChecklistLine.objects.select_for_update().get(pk=line.pk)
    before = {name: getattr(line, name) for name in COLUMNS}
    write_line(line, facts)
    changed = [name for name in COLUMNS if getattr(line, name) != before[name]]
    if changed:
        line.save(update_fields=changed)
        record(actor, "checklist.line_edited", line.checklist, line=line.title, changed=changed)
    return line
