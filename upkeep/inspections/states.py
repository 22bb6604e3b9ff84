"""Where an inspection stands, and what may follow. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class State(StrEnum):
    """Where an inspection stands. Overdue is no state: it is one that is late."""

    PLANNED = "planned"
    AGREED = "agreed"
    UNDER_WAY = "under_way"
    DONE = "done"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """Return the name for people."""
        return LABELS[self]


class Move(StrEnum):
    """What happens to an inspection."""

    AGREE = "agree"
    BEGIN = "begin"
    FINISH = "finish"
    CANCEL = "cancel"


LABELS = {
    State.PLANNED: "Date to be agreed",
    State.AGREED: "Date agreed",
    State.UNDER_WAY: "Under way",
    State.DONE: "Done",
    State.CANCELLED: "Cancelled",
}
ALLOWED: dict[tuple[State, Move], State] = {
    (State.PLANNED, Move.AGREE): State.AGREED,
    (State.AGREED, Move.AGREE): State.AGREED,
    # A technician who stands there needs no date.
    (State.PLANNED, Move.BEGIN): State.UNDER_WAY,
    (State.AGREED, Move.BEGIN): State.UNDER_WAY,
    (State.UNDER_WAY, Move.FINISH): State.DONE,
    (State.PLANNED, Move.CANCEL): State.CANCELLED,
    (State.AGREED, Move.CANCEL): State.CANCELLED,
    (State.UNDER_WAY, Move.CANCEL): State.CANCELLED,
}
OPEN = (State.PLANNED, State.AGREED, State.UNDER_WAY)


def after(state: str, move: Move) -> State | None:
    """Return the state that a move leads to; None for a move that is not possible."""
    return ALLOWED.get((State(state), move))


def is_overdue(state: str, latest: date | None, today: date) -> bool:
    """Is it still to be made, after its last day?"""
    return state in OPEN and latest is not None and latest < today
