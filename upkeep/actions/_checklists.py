"""What the actions on the checklist share: its lock, its order, and what a line may say."""

from __future__ import annotations

from calcom_portal.common.errors import BadInput
from upkeep.actions._inspections import checked_text
from upkeep.inspections.answers import LARGEST_READING, Asked
from upkeep.inspections.standard import Line
from upkeep.models import Checklist, ChecklistLine

COLUMNS = (
    *("section", "title", "how", "asked", "unit", "low", "high", "wants_photo", "is_required"),
)
LIMITS = {"section": 60, "title": 120, "how": 400, "unit": 12}
NEEDED = ("section", "title")


def ordered_lines(checklist_id: int) -> list[ChecklistLine]:
    """Lock a checklist, and return its lines in their order."""
    Checklist.objects.select_for_update().get(pk=checklist_id)
    rows = ChecklistLine.objects.filter(checklist=checklist_id)
    return list(rows.order_by("position", "pk"))


def write_line(line: ChecklistLine, facts: Line) -> None:
    """Set what a line asks. Raises BadInput naming the field."""
    for name, limit in LIMITS.items():
        text = checked_text(getattr(facts, name), field=name, limit=limit, is_needed=name in NEEDED)
        setattr(line, name, text)
    line.asked = facts.asked.value
    line.wants_photo, line.is_required = facts.wants_photo, facts.is_required
    line.low = line.high = None
    if facts.asked is not Asked.READING:
        line.unit = ""
        return
    for bound in (facts.low, facts.high):
        # Also what is no number at all.
        if bound is not None and not abs(bound) <= LARGEST_READING:
            raise BadInput("Write a number that can be.", field="low", remedy="Such as 21.5.")
    if facts.low is not None and facts.high is not None and facts.low > facts.high:
        raise BadInput(
            "The least is above the most.", field="high", remedy="Swap the two, or leave one empty."
        )
    line.low, line.high = facts.low, facts.high


def set_order(lines: list[ChecklistLine]) -> None:
    """Number lines as they stand."""
    for position, line in enumerate(lines, start=1):
        line.position = position
    ChecklistLine.objects.bulk_update(lines, ["position"])
