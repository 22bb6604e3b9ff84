"""What the actions on inspections share: the lock, the move, what a worker looks at next."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.text import has_control, is_blank, one_form
from upkeep.inspecting.looking import look_at_of
from upkeep.inspections.states import Move, State, after
from upkeep.models import Inspection

WHAT_NOW = {
    State.DONE: "It was signed: its report stays as it is.",
    State.CANCELLED: "Plan another one from the page of the system.",
    State.UNDER_WAY: "Go on on the phone page, or cancel it.",
}
VERBS = {
    Move.AGREE: "given another date",
    Move.BEGIN: "begun",
    Move.FINISH: "finished",
    Move.CANCEL: "cancelled",
}


def lock_inspection(inspection: Inspection) -> Inspection:
    """Lock it, with its site, system and customer beside it."""
    rows = Inspection.objects.select_related("site", "device", "customer")
    return rows.select_for_update(of=("self",)).get(pk=inspection.pk)


def move(inspection: Inspection, what: Move) -> None:
    """Set the state that a move leads to. Raises RuleBroken with what to do instead."""
    state = after(inspection.state, what)
    if state is None:
        before = State(inspection.state)
        raise RuleBroken(
            f"The inspection of {inspection.device.name} is {before.label.lower()}"
            f" and cannot be {VERBS[what]}.",
            remedy=WHAT_NOW.get(before, "Begin it first."),
        )
    inspection.state = state.value


def set_look(inspection: Inspection) -> None:
    """Note when a worker looks at it next."""
    inspection.look_at = look_at_of(inspection, ZoneInfo(inspection.site.zone))


def checked_text(value: object, *, field: str, limit: int, is_needed: bool = False) -> str:
    """Return text that can be kept. Raises BadInput naming the field."""
    text = one_form(value.strip()) if isinstance(value, str) else ""
    text = "" if is_blank(text) else text
    if not isinstance(value, str | None) or has_control(text, allowed="\n\t"):
        raise BadInput("This is no plain text.", field=field, remedy="Type it again.")
    if len(text) > limit:
        raise BadInput(f"Write at most {limit:,} characters.", field=field, remedy="Shorten it.")
    if is_needed and not text:
        raise BadInput("Write a few words here.", field=field)
    return text
