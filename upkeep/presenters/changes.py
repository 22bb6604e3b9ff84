"""The page of a change, and what a ticket says of its changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.parts import Cover
from calcom_portal.common.prepared import prepared
from calcom_portal.common.tenancy import database_now
from contracts.promised import service_calendar
from contracts.sla import hours
from tickets.approval import Approval
from tickets.models import Kind, Ticket
from tickets.page_parts import TicketPart, is_marked
from upkeep.changes.catalogue import KINDS
from upkeep.changes.steps import RULES, WAY_BACK, Step
from upkeep.models import Change, ChangeFile, ChangeState, ChangeStep

FORWARD = (Step.BASELINE, Step.BEFORE, Step.APPLY, Step.VERIFY, Step.AFTER)
WAY = tuple(step for step in RULES if step in WAY_BACK)
# Seen by the customer: what came of it, not how it is prepared.
FOR_CUSTOMERS = (
    ChangeState.RUNNING,
    ChangeState.MADE,
    ChangeState.TAKEN_BACK,
    ChangeState.STUCK,
    ChangeState.RECORDED,
)
FACES = {
    ChangeState.READING: ("hourglass", "hold"),
    ChangeState.READY: ("circle-play", "hold"),
    ChangeState.RUNNING: ("hourglass", "hold"),
    ChangeState.MADE: ("circle-check", "yes"),
    ChangeState.TAKEN_BACK: ("rotate-ccw", "risk"),
    ChangeState.FAILED: ("circle-x", "risk"),
    ChangeState.STUCK: ("triangle-alert", "risk"),
    ChangeState.CANCELLED: ("circle-dashed", "none"),
    ChangeState.RECORDED: ("circle-check", "yes"),
}


LIGHTS = {"yes": "good", "risk": "act", "hold": "none", "none": "none"}


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step as it is shown: `place` is past, failed, now or next."""

    title: str
    place: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class ChangeView:
    """Everything that the page of a change shows."""

    change: Change
    kind: str
    icon: str
    light: str
    steps: Sequence[StepLine]
    files: Sequence[ChangeFile]
    can_hand_out: bool
    is_moving: bool
    can_make: bool
    can_cancel: bool
    can_undo: bool
    undone_by: Change | None
    hold: Cover | None
    needs_reason: bool


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change in the rail of its ticket."""

    change: Change
    icon: str


@dataclass(frozen=True, slots=True)
class ChangesOfTicket:
    """Everything that the part of a ticket shows."""

    ticket: Ticket
    lines: Sequence[ChangeLine]
    is_staff: bool
    can_add: bool


def view_of(change: Change, viewer: Viewer) -> ChangeView:
    """Return what the page shows. Three queries."""
    state = ChangeState(change.state)
    written = list(ChangeStep.objects.filter(change=change).order_by("number"))
    undone_by = Change.objects.filter(undoes=change).order_by("-pk").first()
    undoing = undone_by is not None and undone_by.state in (
        ChangeState.RUNNING,
        ChangeState.STUCK,
        ChangeState.MADE,
    )
    is_now = state is ChangeState.READY or (state is ChangeState.MADE and not undoing)
    hold = hold_of(change.ticket, viewer) if is_now else None
    is_free = hold is None or hold.kind == "risk"
    return ChangeView(
        change=change,
        kind=KINDS[change.kind].title if change.kind in KINDS else OTHER[change.kind],
        icon=FACES[state][0],
        light=LIGHTS[FACES[state][1]],
        steps=_steps(change, written),
        files=list(ChangeFile.objects.filter(change=change).order_by("path")),
        can_hand_out=state is ChangeState.RECORDED and viewer.can(Capability.MANAGE_BACKUPS),
        is_moving=state in (ChangeState.READING, ChangeState.RUNNING),
        can_make=state is ChangeState.READY and is_free,
        can_cancel=state in (ChangeState.READING, ChangeState.READY),
        can_undo=state is ChangeState.MADE
        and change.undoes_id is None
        and change.undone_at is None
        and not undoing
        and is_free,
        undone_by=undone_by,
        hold=hold,
        needs_reason=hold is not None and hold.kind == "risk",
    )


OTHER = {"undo": "Take a change back", "by_hand": "Made by hand"}


def hold_of(ticket: Ticket, viewer: Viewer) -> Cover | None:
    """Return what keeps a change from being made now; of kind "risk" where this viewer may."""
    if ticket.approval == Approval.NEEDED:
        return Cover("hold", "The customer has to approve it first", "", ("PROGRAM",))
    calendar = service_calendar(ticket.calendar_version_id)
    if calendar.is_open(database_now()):
        return None
    when = f"Changes are made in business hours: {hours(calendar)}."
    if viewer.can(Capability.DISPATCH):
        return Cover("risk", "It is outside business hours", when, ("PROGRAM",))
    text = f"{when} A dispatcher can allow it now."
    return Cover("hold", "It is outside business hours", text, ("PROGRAM",))


def _steps(change: Change, written: Sequence[ChangeStep]) -> list[StepLine]:
    if change.state == ChangeState.RECORDED:
        return []
    known = {row.code: row for row in written}
    is_back = any(step.value in known for step in WAY) or change.step in WAY
    lines = []
    for step in (Step.READ, *FORWARD, *(WAY if is_back else ())):
        row = known.get(step.value)
        # A step that failed and is tried again is the present one.
        is_over = change.look_at is None or change.step != step.value
        if row is not None and (row.outcome == "done" or is_over):
            place = "past" if row.outcome == "done" else "failed"
        elif change.step == step.value and change.look_at is not None:
            place = "now"
        elif change.look_at is None and change.state != ChangeState.READY:
            continue
        elif is_back:
            place = "next" if step in WAY_BACK else ""
        else:
            place = "next"
        if place:
            lines.append(StepLine(RULES[step].title, place, row.words if row else ""))
    return lines


def changes_of(viewer: Viewer, ticket: Ticket) -> TicketPart | None:
    """Return the part of a ticket that asks for a change. One query if there is any."""
    if ticket.kind != Kind.PROGRAMMING:
        return None
    found = _changes(ticket.pk) if is_marked(ticket, "has_changes") else []
    rows = [
        ChangeLine(row, FACES[ChangeState(row.state)][0])
        for row in found
        if viewer.is_staff or row.state in FOR_CUSTOMERS
    ]
    can_add = viewer.can(Capability.WORK_TICKETS) and ticket.is_live
    if not rows and not can_add:
        return None
    shown = ChangesOfTicket(ticket, rows, viewer.is_staff, can_add)
    return TicketPart("upkeep/changes/_of_ticket.html", shown)


def has_changes() -> Exists:
    """Return the condition of a ticket whose change was asked of a worker, or recorded."""
    return Exists(Change.objects.filter(ticket_id=OuterRef("pk")))


MARKS = {"has_changes": has_changes}


@prepared
def _changes(ticket_id: int) -> QuerySet[Change]:
    rows = Change.objects.filter(ticket_id=ticket_id).select_related("device")
    return rows.order_by("asked_at", "id")
