"""The legal moves of a ticket, as one table. Pure."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a ticket stands. Who has it is not a state."""

    OPEN = "open"
    HELD = "held"
    RESOLVED = "resolved"
    CLOSED = "closed"
    MERGED = "merged"

    @property
    def label(self) -> str:
        """Return the state's name for people."""
        return LABELS[self]


class Move(StrEnum):
    """One change of state."""

    REPLY = "reply"
    HOLD = "hold"
    RESUME = "resume"
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"
    MERGE = "merge"
    UNMERGE = "unmerge"
    SCHEDULE = "schedule"
    CHANGE_PRIORITY = "change_priority"
    ASSIGN = "assign"


LABELS = {
    State.OPEN: "Open",
    State.HELD: "On hold",
    State.RESOLVED: "Resolved",
    State.CLOSED: "Closed",
    State.MERGED: "Merged into another ticket",
}

LIVE = (State.OPEN, State.HELD)

ALLOWED: dict[tuple[State, Move], State] = {
    (State.OPEN, Move.REPLY): State.OPEN,
    (State.HELD, Move.REPLY): State.HELD,
    (State.RESOLVED, Move.REPLY): State.RESOLVED,
    (State.OPEN, Move.ASSIGN): State.OPEN,
    (State.HELD, Move.ASSIGN): State.HELD,
    (State.OPEN, Move.SCHEDULE): State.OPEN,
    (State.HELD, Move.SCHEDULE): State.HELD,
    (State.OPEN, Move.CHANGE_PRIORITY): State.OPEN,
    (State.HELD, Move.CHANGE_PRIORITY): State.HELD,
    (State.OPEN, Move.HOLD): State.HELD,
    (State.HELD, Move.HOLD): State.HELD,
    (State.HELD, Move.RESUME): State.OPEN,
    (State.OPEN, Move.RESOLVE): State.RESOLVED,
    (State.HELD, Move.RESOLVE): State.RESOLVED,
    (State.RESOLVED, Move.CLOSE): State.CLOSED,
    (State.OPEN, Move.CLOSE): State.CLOSED,
    (State.HELD, Move.CLOSE): State.CLOSED,
    (State.RESOLVED, Move.REOPEN): State.OPEN,
    (State.CLOSED, Move.REOPEN): State.OPEN,
    (State.OPEN, Move.MERGE): State.MERGED,
    (State.HELD, Move.MERGE): State.MERGED,
    (State.MERGED, Move.UNMERGE): State.OPEN,
}

LOOK = "Look at the ticket again: it may have moved on since you opened the page."
REPLY_INSTEAD = "It is not finished yet: write a reply instead."
GO_ON = "Reopen it to go on with it, or open a new ticket."

# What to do about a refused move: in general, and where that would mislead.
USUAL_REMEDIES: dict[State, str] = {
    State.OPEN: LOOK,
    State.HELD: LOOK,
    State.RESOLVED: "Reopen it first, or open a new ticket.",
    State.CLOSED: "Reopen it first, or open a new ticket.",
    State.MERGED: "Work on the ticket that it was merged into, or undo the merge.",
}
REMEDIES: dict[tuple[State, Move], str] = {
    (State.OPEN, Move.REOPEN): REPLY_INSTEAD,
    (State.HELD, Move.REOPEN): REPLY_INSTEAD,
    (State.RESOLVED, Move.RESUME): GO_ON,
    (State.RESOLVED, Move.RESOLVE): LOOK,
    (State.RESOLVED, Move.UNMERGE): LOOK,
    (State.CLOSED, Move.RESUME): GO_ON,
    (State.CLOSED, Move.CLOSE): LOOK,
    (State.CLOSED, Move.UNMERGE): LOOK,
}


def after(state: State, move: Move) -> State | None:
    """Return the state that `move` leads to, or None where the move is not legal."""
    return ALLOWED.get((state, move))


def remedy_for(state: State, move: Move) -> str:
    """Return what to do now that `move` is not legal in `state`."""
    return REMEDIES.get((state, move), USUAL_REMEDIES[state])
