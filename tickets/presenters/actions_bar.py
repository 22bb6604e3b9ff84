"""What can be done to a ticket by whom, as one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from accounts.capabilities import Capability
from accounts.viewer import Viewer
from tickets.approval import Approval
from tickets.models import Ticket
from tickets.states import Move, State, after


@dataclass(frozen=True, slots=True)
class Offer:
    """One act in the bar. `key` presses it; `move` must be legal now (None: always)."""

    verb: str
    name: str
    icon: str
    needs: Capability
    move: Move | None = None
    key: str = ""
    posts: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """An act that is open to this viewer now."""

    name: str
    icon: str
    url: str
    key: str
    verb: str
    posts: bool


OFFERS = (
    Offer("claim", "Claim", "hand", Capability.WORK_TICKETS, Move.ASSIGN, "a", posts=True),
    Offer("approve", "Approve the change", "badge-check", Capability.REPLY, Move.SCHEDULE),
    Offer("hold", "Hold", "circle-pause", Capability.WORK_TICKETS, Move.HOLD, "h"),
    Offer("resume", "Take off hold", "circle-play", Capability.WORK_TICKETS, Move.RESUME, "u"),
    Offer("call", "Log a call", "phone", Capability.WORK_TICKETS, Move.REPLY, "l"),
    Offer("time", "Log time", "timer", Capability.LOG_LABOUR, None, "t"),
    Offer("resolve", "Resolve", "check", Capability.WORK_TICKETS, Move.RESOLVE, "e"),
    Offer("reopen", "Reopen", "rotate-ccw", Capability.REOPEN_TICKETS, Move.REOPEN),
    Offer("unmerge", "Undo the merge", "split", Capability.MERGE_TICKETS, Move.UNMERGE),
    Offer(
        "priority", "Change the priority", "flag", Capability.CHANGE_PRIORITY, Move.CHANGE_PRIORITY
    ),
    Offer("assign", "Assign", "user-check", Capability.DISPATCH, Move.ASSIGN),
    Offer("schedule", "Agree on a time", "calendar-clock", Capability.WORK_TICKETS, Move.SCHEDULE),
    Offer("merge", "Merge into another", "git-merge", Capability.MERGE_TICKETS, Move.MERGE),
    Offer("close", "Close without resolving", "x", Capability.WORK_TICKETS, Move.CLOSE),
)
IN_MENU = frozenset({"priority", "assign", "schedule", "merge", "close"})


@dataclass(frozen=True, slots=True)
class ActionsBar:
    """The buttons of the bar, and those behind "More"."""

    buttons: Sequence[Button]
    menu: Sequence[Button]
    can_reply: bool
    can_note: bool

    @property
    def first(self) -> str:
        """Return the verb that stands out: what waits for this viewer alone, else the reply."""
        return "approve" if any(one.verb == "approve" for one in self.buttons) else "reply"


def actions_for(ticket: Ticket, viewer: Viewer) -> ActionsBar:
    """Return what the viewer may do with the ticket as it stands."""
    state = State(ticket.state)
    open_now = [offer for offer in OFFERS if _is_open(offer, ticket, state, viewer)]
    can_reply = viewer.can(Capability.REPLY) and after(state, Move.REPLY) is not None
    return ActionsBar(
        buttons=[_button(offer, ticket) for offer in open_now if offer.verb not in IN_MENU],
        menu=[_button(offer, ticket) for offer in open_now if offer.verb in IN_MENU],
        can_reply=can_reply and not (viewer.is_customer and state is State.RESOLVED),
        can_note=viewer.can(Capability.WORK_TICKETS),
    )


def _is_open(offer: Offer, ticket: Ticket, state: State, viewer: Viewer) -> bool:
    if not viewer.can(offer.needs) or (offer.move and after(state, offer.move) is None):
        return False
    if offer.verb == "approve":
        return ticket.approval == Approval.NEEDED and viewer.may_approve_changes
    return offer.verb != "claim" or ticket.assignee_id is None


def _button(offer: Offer, ticket: Ticket) -> Button:
    url = reverse(f"ticket_{offer.verb}", args=[ticket.reference])
    is_held = offer.verb == "hold" and ticket.state == State.HELD
    name = "Change the hold" if is_held else offer.name
    return Button(name, offer.icon, url, offer.key, offer.verb, offer.posts)
